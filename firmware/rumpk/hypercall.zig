// SPDX-License-Identifier: Apache-2.0
//! Calls of a cell that reach the kernel: PSCI with consequences, the ION calls, and those
//! the stub would answer but that came by SMC. Everything unknown is answered with -1, as
//! the SMC calling convention wants; nothing is skipped.

const std = @import("std");
const el2 = @import("el2");
const hal = @import("hal");
const ion = @import("ion");
const guest_file = @import("guest.zig");
const Ending = guest_file.Ending;
const Guest = guest_file.Guest;
const Result = el2.smccc.Result;

const smc_instruction_bytes = 4;

pub fn byHvc(guest: *Guest) ?Ending {
    guest.vcpu.counters.hvc += 1;
    return call(guest);
}

/// A trapped SMC returns to the SMC itself, an HVC behind it (Arm ARM D1.13.4).
pub fn bySmc(guest: *Guest) ?Ending {
    guest.vcpu.counters.smc += 1;
    guest.vcpu.guest.elr += smc_instruction_bytes;
    return call(guest);
}

fn call(guest: *Guest) ?Ending {
    const x = &guest.vcpu.guest.x;
    const syndrome = el2.esr.Syndrome{ .bits = guest.vcpu.exit.esr };
    if (syndrome.immediate() != 0) return reply(guest, Result.not_supported);
    if (el2.smccc.answer(x, guest.vcpu.identity.psci_version)) return null;
    const function: u32 = @truncate(x[0]);
    if (el2.psci.decide(guest.psci, function, x)) |action| return perform(guest, action);
    return switch (function) {
        ion.abi.hypercall.doorbell => reply(guest, ringDoorbell(guest, x[1])),
        ion.abi.hypercall.attach => reply(guest, if (x[1] == guest.epoch) Result.success else Result.not_supported),
        ion.abi.hypercall.smoke => if (guest.smoke_expected) .smoke_returned else reply(guest, Result.not_supported),
        else => reply(guest, Result.not_supported),
    };
}

fn reply(guest: *Guest, result: i64) ?Ending {
    guest.vcpu.guest.x[0] = @bitCast(result);
    return null;
}

fn perform(guest: *Guest, action: el2.psci.Action) ?Ending {
    switch (action) {
        .reply => |result| return reply(guest, result),
        .stop => |reason| return .{ .stopped = reason },
        .standby => {
            hal.barrier.wfi();
            return reply(guest, Result.success);
        },
    }
}

/// Bits of the rings a guest may ring: those it produces into.
const ringable: u64 = blk: {
    var mask: u64 = 0;
    for (ion.abi.rings, 0..) |ring, i| {
        if (ring.direction == @backingInt(ion.abi.Direction.guest_to_host)) mask |= 1 << i;
    }
    break :blk mask;
};

fn ringDoorbell(guest: *Guest, mask: u64) i64 {
    if (mask & ~ringable != 0) return Result.not_supported;
    guest.doorbells += 1;
    return Result.success;
}
