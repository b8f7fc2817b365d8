// SPDX-License-Identifier: Apache-2.0
//! Barriers, each with the one use this kernel has for it (Arm ARM B2.3.12, C6.2).

/// Makes earlier system-register writes take effect before the next instruction.
pub inline fn isb() void {
    asm volatile ("isb" ::: .{ .memory = true });
}

/// Completes every earlier access and maintenance operation, for all observers.
pub inline fn dsbSy() void {
    asm volatile ("dsb sy" ::: .{ .memory = true });
}

pub inline fn wfi() void {
    asm volatile ("dsb sy\nwfi" ::: .{ .memory = true });
}
