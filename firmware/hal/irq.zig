// SPDX-License-Identifier: Apache-2.0
//! The core's interrupt mask (PSTATE.I).

const sysreg = @import("sysreg.zig");

const masked: u64 = 1 << 7;

pub inline fn enableLocal() void {
    asm volatile ("msr daifclr, #2" ::: .{ .memory = true });
}

pub inline fn disableLocal() void {
    asm volatile ("msr daifset, #2" ::: .{ .memory = true });
}

/// Masks, and returns what `restore` needs to undo just that.
pub inline fn saveDisable() u64 {
    const state = sysreg.read("daif");
    disableLocal();
    return state;
}

pub inline fn restore(state: u64) void {
    if (state & masked == 0) enableLocal();
}
