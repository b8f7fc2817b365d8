// SPDX-License-Identifier: Apache-2.0
//! Running a cell's virtual CPU: enter, look at why it came back, act by a table indexed
//! by exception class, go on until something ends the run.

const esr = @import("esr.zig");
const hypercall = @import("hypercall.zig");
const options = @import("options");
const psci_calls = @import("psci.zig");
const sysreg_trap = @import("sysreg_trap.zig");
const zero_device = @import("zero_device.zig");
const Class = esr.Class;
const Stub = @import("world.zig").Stub;
const Vcpu = @import("vcpu.zig").Vcpu;

/// A cell on the core: its CPU and what its calls are judged by.
pub const Guest = struct {
    vcpu: Vcpu align(64) = .{},
    stub: Stub,
    psci: psci_calls.Cell,
    /// Value of the ION header's epoch; attach must name it.
    epoch: u64,
    /// Set only while the smoke stub runs: its call is nobody else's.
    smoke_expected: bool = false,
    doorbells: u64 = 0,
};

pub const Ending = union(enum) {
    /// The cell stopped itself.
    stopped: psci_calls.StopReason,
    /// The smoke stub came back.
    smoke_returned,
    /// The guest did what no cell may: the syndrome is in the vCPU.
    trapped,
};

/// What a handler decides. Null: the guest goes on.
pub const Handler = *const fn (guest: *Guest) ?Ending;

const handlers = blk: {
    var table: [esr.class_count]Handler = @splat(&unexpected);
    table[@backingInt(Class.hvc64)] = &hypercall.byHvc;
    table[@backingInt(Class.smc64)] = &hypercall.bySmc;
    table[@backingInt(Class.sysreg)] = &sysreg_trap.handle;
    table[@backingInt(Class.data_abort_lower)] = if (options.proof_bench) &zero_device.handle else &abort;
    table[@backingInt(Class.instruction_abort_lower)] = &abort;
    break :blk table;
};

pub fn run(guest: *Guest) Ending {
    while (true) {
        if (!guest.stub.run(&guest.vcpu).isAnswerable()) return .trapped;
        const syndrome = esr.Syndrome{ .bits = guest.vcpu.exit.esr };
        if (handlers[@backingInt(syndrome.class())](guest)) |ending| return ending;
    }
}

/// No device is emulated yet: whatever lies outside the plan is a violation.
fn abort(guest: *Guest) ?Ending {
    guest.vcpu.counters.abort += 1;
    return .trapped;
}

fn unexpected(guest: *Guest) ?Ending {
    guest.vcpu.counters.other += 1;
    return .trapped;
}
