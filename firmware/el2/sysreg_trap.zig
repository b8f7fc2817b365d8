// SPDX-License-Identifier: Apache-2.0
//! System registers the policy traps: one table of what the guest gets instead. A register
//! that is in no row is undefined for the cell, as it would be on a core without it.

const hal = @import("hal");
const esr = @import("esr.zig");
const guest_file = @import("guest.zig");
const Ending = guest_file.Ending;
const Guest = guest_file.Guest;
const keyOf = esr.SysregAccess.keyOf;

const instruction_bytes = 4;

/// Registers read as zero and written without effect.
const read_zero_write_ignored = [_]u32{
    keyOf(3, 0, 1, 0, 1), // ACTLR_EL1: implementation defined; Linux writes it only on cores we are not
};

pub fn handle(guest: *Guest) ?Ending {
    guest.vcpu.counters.sysreg += 1;
    const access = esr.SysregAccess.of(.{ .bits = guest.vcpu.exit.esr });
    for (read_zero_write_ignored) |key| {
        if (key == access.key) {
            if (access.is_read and access.register < 31) guest.vcpu.guest.x[access.register] = 0;
            guest.vcpu.guest.elr += instruction_bytes;
            return null;
        }
    }
    injectUndefined(guest);
    return null;
}

const esr_unknown_il: u64 = 1 << 25;
const pstate_el1h_masked: u64 = 0x3c5;
const mode_mask: u64 = 0x1f;
const mode_el1h: u64 = 0x5;
const vector_current_sp_el1: u64 = 0x200;
const vector_current_sp_el0: u64 = 0x000;
const vector_lower_aarch64: u64 = 0x400;
const vector_lower_aarch32: u64 = 0x600;

/// Makes the guest take the exception that the trapped instruction would raise on a core
/// without that register (Arm ARM D1.3.1 for what taking one means).
fn injectUndefined(guest: *Guest) void {
    const state = &guest.vcpu.guest;
    const offset: u64 = switch (state.spsr & mode_mask) {
        mode_el1h => vector_current_sp_el1,
        0x4 => vector_current_sp_el0,
        0x0 => vector_lower_aarch64,
        else => vector_lower_aarch32,
    };
    hal.sysreg.write("elr_el1", state.elr);
    hal.sysreg.write("spsr_el1", state.spsr);
    hal.sysreg.write("esr_el1", esr_unknown_il);
    state.elr = hal.sysreg.read("vbar_el1") + offset;
    state.spsr = pstate_el1h_masked;
}
