// SPDX-License-Identifier: Apache-2.0
//! The platform's PSCI, as Rumpk calls it (Arm DEN 0022). At EL2 the conduit is SMC. An
//! EL1 boot without EL2 meets QEMU's PSCI behind HVC on virt, behind SMC on xlnx-zcu102.

const sysreg = @import("sysreg.zig");
const barrier = @import("barrier.zig");

pub const Function = enum(u32) {
    version = 0x8400_0000,
    system_off = 0x8400_0008,
    system_reset = 0x8400_0009,
    features = 0x8400_000a,
    cpu_on = 0xc400_0003,
    affinity_info = 0xc400_0004,
    _,
};

/// PSCI version as major << 16 | minor.
pub fn version() u32 {
    return @truncate(smc(.version, 0, 0, 0));
}

pub fn systemOff() noreturn {
    call(.system_off);
}

pub fn systemReset() noreturn {
    call(.system_reset);
}

pub fn exceptionLevel() u2 {
    return @truncate(sysreg.read("currentel") >> 2);
}

fn call(function: Function) noreturn {
    switch (exceptionLevel()) {
        2 => _ = smc(function, 0, 0, 0),
        1 => callFromEl1(function),
        // At EL3 Rumpk would be the firmware: there is nobody to call.
        else => {},
    }
    while (true) barrier.wfi();
}

/// Tries one conduit, then the other: where the core has neither EL2 nor EL3, the one that
/// the machine does not serve is an undefined instruction.
fn callFromEl1(function: Function) void {
    sysreg.write("vbar_el1", @intFromPtr(&skipUndefined));
    barrier.isb();
    _ = asm volatile ("hvc #0"
        : [result] "={x0}" (-> u64),
        : [function] "{x0}" (@backingInt(function)),
        : .{ .memory = true, .x1 = true, .x2 = true, .x3 = true });
    _ = smc(function, 0, 0, 0);
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

pub fn smc(function: Function, a: u64, b: u64, c: u64) u64 {
    return asm volatile ("smc #0"
        : [result] "={x0}" (-> u64),
        : [function] "{x0}" (@as(u64, @backingInt(function))),
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
