// SPDX-License-Identifier: Apache-2.0
//! Judging a manifest against the board, before anything is copied or mapped.
const std = @import("std");
const assert = std.debug.assert;
const fdt = @import("fdt");
const ion = @import("ion");
const stage2 = @import("stage2");
const Board = @import("board.zig").Board;
const Manifest = @import("manifest.zig").Manifest;
const overlaps = stage2.address.overlaps;

const mib_2 = stage2.address.block_size_2m;

pub const Reason = enum {
    /// 0, or above 255 (8-bit VMIDs).
    vmid,
    cpu_count,
    /// Not an SPI of this machine's interrupt controller.
    doorbell_spi,
    carve_out_empty,
    /// The arm64 boot protocol wants a 2 MiB aligned base; the size is kept to the same grain.
    carve_out_unaligned,
    carve_out_outside_memory,
    carve_out_host_owned,
    carve_out_overlaps_ion,
    carve_out_out_of_bounds,
    ion_size,
    /// The window is mapped by 2 MiB blocks.
    ion_unaligned,
    /// Not the address that the ION ABI fixes.
    ion_ipa,
    ion_outside_memory,
    ion_host_owned,
    device_unaligned,
    device_empty,
    device_out_of_bounds,
    /// A device window over memory.
    device_over_memory,
    device_overlaps,

    /// One clause for a refusal line.
    pub fn text(reason: Reason) []const u8 {
        return switch (reason) {
            .vmid => "vmid must be 1 to 255",
            .cpu_count => "cpus must be at least 1 and at most the board's",
            .doorbell_spi => "doorbell-spi is not an SPI of this interrupt controller",
            .carve_out_empty => "the carve-out is empty",
            .carve_out_unaligned => "the carve-out's base and size must be multiples of 2 MiB",
            .carve_out_outside_memory => "the carve-out is not inside the board's memory",
            .carve_out_host_owned => "the carve-out overlaps memory that Rumpk keeps",
            .carve_out_overlaps_ion => "the carve-out and the ION window overlap",
            .carve_out_out_of_bounds => "the carve-out is beyond the 39-bit IPA space",
            .ion_size => "the ION window's size must be the ABI's",
            .ion_unaligned => "the ION window's addresses must be multiples of 2 MiB",
            .ion_ipa => "the ION window's guest address must be the ABI's",
            .ion_outside_memory => "the ION window is not inside the board's memory",
            .ion_host_owned => "the ION window overlaps memory that Rumpk keeps",
            .device_unaligned => "a device window's addresses and size must be multiples of 4 KiB",
            .device_empty => "a device window is empty",
            .device_out_of_bounds => "a device window is beyond the guest's or the machine's address space",
            .device_over_memory => "a device window covers memory",
            .device_overlaps => "two device windows, or a device window and guest memory, overlap",
        };
    }
};

/// `device` is the index of the device window at fault, for the device reasons.
pub const Refusal = struct { reason: Reason, device: ?usize = null };

/// Null when the manifest can be granted on this board.
pub fn check(manifest: *const Manifest, board: Board) ?Refusal {
    const checks = [_]*const fn (*const Manifest, Board) ?Reason{ checkNumbers, checkCarveOut, checkIon };
    for (checks) |one| if (one(manifest, board)) |reason| return .{ .reason = reason };
    for (0..manifest.device_count) |index| {
        if (checkDevice(manifest, board, index)) |reason| return .{ .reason = reason, .device = index };
    }
    return null;
}

fn checkNumbers(manifest: *const Manifest, board: Board) ?Reason {
    assert(board.cpus >= 1);
    if (manifest.vmid == 0 or manifest.vmid > 255) return .vmid;
    if (manifest.cpus == 0 or manifest.cpus > board.cpus) return .cpu_count;
    if (manifest.doorbell_spi >= board.spi_count) return .doorbell_spi;
    return null;
}

fn checkCarveOut(manifest: *const Manifest, board: Board) ?Reason {
    const base = manifest.carve_out.base.raw();
    const size = manifest.carve_out.size;
    if (size == 0) return .carve_out_empty;
    if (base % mib_2 != 0 or size % mib_2 != 0) return .carve_out_unaligned;
    if (manifest.carve_out.end() > stage2.plan.ipa_limit) return .carve_out_out_of_bounds;
    if (!inMemory(board, base, size)) return .carve_out_outside_memory;
    if (hostOwns(board, base, size)) return .carve_out_host_owned;
    if (overlaps(base, size, manifest.ion_pa.raw(), manifest.ion_size)) return .carve_out_overlaps_ion;
    if (manifest.carve_out.overlaps(manifest.ionSpan())) return .carve_out_overlaps_ion;
    return null;
}

fn checkIon(manifest: *const Manifest, board: Board) ?Reason {
    if (manifest.ion_size != ion.abi.window_size) return .ion_size;
    if (!manifest.ion_ipa.isAligned(mib_2) or !manifest.ion_pa.isAligned(mib_2)) return .ion_unaligned;
    if (manifest.ion_ipa.raw() != ion.abi.window_ipa) return .ion_ipa;
    if (!inMemory(board, manifest.ion_pa.raw(), manifest.ion_size)) return .ion_outside_memory;
    if (hostOwns(board, manifest.ion_pa.raw(), manifest.ion_size)) return .ion_host_owned;
    return null;
}

fn checkDevice(manifest: *const Manifest, board: Board, index: usize) ?Reason {
    const device = manifest.devices()[index];
    const page = stage2.address.page_size;
    if (device.size == 0) return .device_empty;
    if (device.size % page != 0 or !device.ipa.isAligned(page) or !device.pa.isAligned(page)) return .device_unaligned;
    if (device.ipa.plus(device.size).raw() > stage2.plan.ipa_limit) return .device_out_of_bounds;
    if (device.pa.plus(device.size).raw() > @as(u64, 1) << board.pa_bits) return .device_out_of_bounds;
    for (board.memory) |bank| {
        const inside = overlaps(device.pa.raw(), device.size, bank.address, bank.size);
        if (inside) return .device_over_memory;
    }
    const ipa = device.ipa.raw();
    if (overlaps(ipa, device.size, manifest.carve_out.base.raw(), manifest.carve_out.size)) return .device_overlaps;
    if (overlaps(ipa, device.size, manifest.ion_ipa.raw(), manifest.ion_size)) return .device_overlaps;
    for (manifest.devices()[0..index]) |earlier| {
        if (overlaps(ipa, device.size, earlier.ipa.raw(), earlier.size)) return .device_overlaps;
        if (overlaps(device.pa.raw(), device.size, earlier.pa.raw(), earlier.size)) return .device_overlaps;
    }
    return null;
}

fn inMemory(board: Board, base: u64, size: u64) bool {
    return fdt.holding(board.memory, base, size) != null;
}

fn hostOwns(board: Board, base: u64, size: u64) bool {
    for (board.host) |owned| if (overlaps(base, size, owned.base.raw(), owned.size)) return true;
    return false;
}
