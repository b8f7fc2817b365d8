// SPDX-License-Identifier: Apache-2.0
//! The core that a driver runs on: system registers, barriers, the way to firmware. Drivers
//! take it as a parameter; a host test hands them fake/core.zig instead.

const barrier = @import("barrier.zig");
const sysreg = @import("sysreg.zig");

pub const read = sysreg.read;
pub const write = sysreg.write;
pub const isb = barrier.isb;
pub const dsbSy = barrier.dsbSy;
pub const wfi = barrier.wfi;

/// SMC with a function and three arguments; x0 of the answer (Arm DEN 0028).
pub fn smc(function: u32, a: u64, b: u64, c: u64) u64 {
    return asm volatile ("smc #0"
        : [result] "={x0}" (-> u64),
        : [function] "{x0}" (@as(u64, function)),
          [a] "{x1}" (a),
          [b] "{x2}" (b),
          [c] "{x3}" (c),
          // x4 to x17 may come back changed (DEN 0028 2.6).
        : .{
          .memory = true,
          .x4 = true,
          .x5 = true,
          .x6 = true,
          .x7 = true,
          .x8 = true,
          .x9 = true,
          .x10 = true,
          .x11 = true,
          .x12 = true,
          .x13 = true,
          .x14 = true,
          .x15 = true,
          .x16 = true,
          .x17 = true,
        });
}

/// HVC from EL1. Where the core serves none, it is skipped: the vectors are these then.
pub fn hvcOrSkip(function: u32) void {
    write("vbar_el1", @intFromPtr(&skipUndefined));
    isb();
    _ = asm volatile ("hvc #0"
        : [result] "={x0}" (-> u64),
        : [function] "{x0}" (@as(u64, function)),
        : .{ .memory = true, .x1 = true, .x2 = true, .x3 = true });
}

/// First entry of a vector table, by its alignment: a synchronous exception from this level
/// with SP_EL0. Goes on behind the instruction; x3 is the call's to change.
fn skipUndefined() align(2048) callconv(.naked) noreturn {
    asm volatile (
        \\mrs x3, elr_el1
        \\add x3, x3, #4
        \\msr elr_el1, x3
        \\eret
    );
}
