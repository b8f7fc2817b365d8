// SPDX-License-Identifier: Apache-2.0
//! What nipcell must know of the machine: where its memory is, what of it Rumpk keeps, and its limits.
const fdt = @import("fdt");
const stage2 = @import("stage2");

pub const Board = struct {
    /// The machine's memory: runs of physical addresses.
    memory: []const fdt.Region,
    /// Rumpk's own memory: image, heap, scratch. No cell may reach any of it.
    host: []const stage2.HostRange,
    cpus: u32,
    /// Implemented physical address bits.
    pa_bits: u6,
    /// SPIs the interrupt controller has: INTIDs 32 .. 32 + spi_count - 1.
    spi_count: u32,
};
