// SPDX-License-Identifier: Apache-2.0
//! Calls of a cell that reach the kernel: PSCI with consequences, the ION calls, and those
//! the stub would answer but that came by SMC. Everything unknown is answered with -1, as
//! the SMC calling convention wants; nothing is skipped.

const hal = @import("hal");
const ion_abi = @import("ion_abi");
const guest_file = @import("guest.zig");
const psci = @import("psci.zig");
const smccc = @import("smccc.zig");
const Syndrome = @import("esr.zig").Syndrome;
const Ending = guest_file.Ending;
const Guest = guest_file.Guest;
const Result = smccc.Result;

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
    const syndrome = Syndrome{ .bits = guest.vcpu.exit.esr };
    if (syndrome.immediate() != 0) return reply(guest, Result.not_supported);
    if (smccc.answer(x, guest.vcpu.identity.psci_version)) return null;
    const function: u32 = @truncate(x[0]);
    if (psci.decide(guest.psci, function, x)) |action| return perform(guest, action);
    return switch (function) {
        ion_abi.hypercall.doorbell => reply(guest, ringDoorbell(guest, x[1])),
        ion_abi.hypercall.attach => reply(guest, if (x[1] == guest.epoch) Result.success else Result.not_supported),
        ion_abi.hypercall.smoke => if (guest.smoke_expected) .smoke_returned else reply(guest, Result.not_supported),
        else => reply(guest, Result.not_supported),
    };
}

fn reply(guest: *Guest, result: i64) ?Ending {
    guest.vcpu.guest.x[0] = @bitCast(result);
    return null;
}

fn perform(guest: *Guest, action: psci.Action) ?Ending {
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
    for (ion_abi.rings, 0..) |ring, i| {
        if (ring.direction == @backingInt(ion_abi.Direction.guest_to_host)) mask |= 1 << i;
    }
    break :blk mask;
};

fn ringDoorbell(guest: *Guest, mask: u64) i64 {
    if (mask & ~ringable != 0) return Result.not_supported;
    guest.doorbells += 1;
    return Result.success;
}
