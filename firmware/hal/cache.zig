// SPDX-License-Identifier: Apache-2.0
//! Cache maintenance by address. QEMU's TCG models no caches, so nothing here can be
//! seen to matter there; on silicon a guest that starts with its MMU off reads memory
//! past the caches (Arm ARM D8.2.12, Linux Documentation/arm64/booting.rst).

const barrier = @import("barrier.zig");
const sysreg = @import("sysreg.zig");

/// Bytes of the smallest data-cache line in the system (CTR_EL0.DminLine, in words).
fn lineSize() u64 {
    const words_log2: u6 = @truncate(sysreg.read("ctr_el0") >> 16 & 0xf);
    return @as(u64, 4) << words_log2;
}

/// Cleans and invalidates to the point of coherency: what was written here is what an
/// observer without caches reads, and no stale line can later be written over it.
pub fn cleanToPoc(address: u64, len: u64) void {
    const line = lineSize();
    var at = address & ~(line - 1);
    while (at < address + len) : (at += line) {
        asm volatile ("dc civac, %[at]"
            :
            : [at] "r" (at),
            : .{ .memory = true });
    }
    barrier.dsbSy();
}

/// Drops lines fetched before the caches were on. Only for memory whose contents were
/// written with the MMU off: any dirty line is lost.
pub fn invalidateToPoc(address: u64, len: u64) void {
    const line = lineSize();
    var at = address & ~(line - 1);
    while (at < address + len) : (at += line) {
        asm volatile ("dc ivac, %[at]"
            :
            : [at] "r" (at),
            : .{ .memory = true });
    }
    barrier.dsbSy();
}

/// Makes freshly written code visible to instruction fetch on every core.
pub fn invalidateInstructions() void {
    asm volatile (
        \\ic ialluis
        \\dsb ish
        \\isb
        ::: .{ .memory = true });
}
