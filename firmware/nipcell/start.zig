// SPDX-License-Identifier: Apache-2.0
//! The start of a cell as a state machine. A cell starts when every gate has been passed, in an order that makes sense, and in no
//! other way; anything missing has its own named result, and a refused cell keeps nothing of what it had.
const std = @import("std");
const assert = std.debug.assert;

/// A precondition. The order is the order in which `nipcell_start_result` looks for what is missing.
pub const Gate = enum {
    /// Rumpk runs at EL2.
    hypervisor,
    /// The manifest was read and accepted for this board.
    manifest,
    /// The Image is in the carve-out, with the right magic and digest.
    image,
    initramfs,
    device_tree,
    /// The staged DTB carries memory, initrd, command line and the ION reservation.
    device_tree_patched,
    /// The stage-2 plan was validated.
    stage2_plan,
    /// Its tables are built.
    stage2_tables,
    /// A walk over the tables reaches none of Rumpk's memory.
    host_excluded,
    /// The ION header is seeded for this epoch.
    ion_seed,
    /// The vCPU has its reset state, entry point and DTB pointer.
    vcpu,
    /// Interrupt routing is as the cell's mode says.
    interrupts,
    /// The guest may use its timer.
    timer,
    /// DSB, TLBI, DSB, ISB after the last table write.
    translation_synchronised,

    pub const count = std.meta.fieldNames(Gate).len;
};

/// What `nipcell_start_result` answers.
pub const Result = enum {
    started,
    no_hypervisor,
    no_manifest,
    image_not_staged,
    initramfs_not_staged,
    device_tree_not_staged,
    device_tree_not_patched,
    no_stage2_plan,
    no_stage2_tables,
    host_memory_reachable,
    ion_not_seeded,
    vcpu_not_ready,
    interrupts_not_assigned,
    timer_not_granted,
    translation_not_synchronised,
    /// The cell runs.
    already_started,
    /// The cell has stopped: `reset` comes first.
    not_reset,

    /// One clause for people.
    pub fn text(result: Result) []const u8 {
        return switch (result) {
            .started => "every gate passed",
            .no_hypervisor => "Rumpk does not run at EL2",
            .no_manifest => "no manifest was accepted",
            .image_not_staged => "no verified Image is in the carve-out",
            .initramfs_not_staged => "no verified initramfs is in the carve-out",
            .device_tree_not_staged => "no verified device tree is in the carve-out",
            .device_tree_not_patched => "the device tree does not describe this cell yet",
            .no_stage2_plan => "no stage-2 plan was validated",
            .no_stage2_tables => "no stage-2 tables were built",
            .host_memory_reachable => "stage-2 was not shown to exclude Rumpk's memory",
            .ion_not_seeded => "the ION window is not seeded",
            .vcpu_not_ready => "the vCPU has no reset state",
            .interrupts_not_assigned => "interrupt ownership is not decided",
            .timer_not_granted => "the timer is not granted to EL1",
            .translation_not_synchronised => "stage-2 translation is not synchronised",
            .already_started => "the cell runs already",
            .not_reset => "the cell has stopped and was not reset",
        };
    }
};

/// The result for each missing gate, in gate order.
const missing_result = std.EnumArray(Gate, Result).init(.{
    .hypervisor = .no_hypervisor,
    .manifest = .no_manifest,
    .image = .image_not_staged,
    .initramfs = .initramfs_not_staged,
    .device_tree = .device_tree_not_staged,
    .device_tree_patched = .device_tree_not_patched,
    .stage2_plan = .no_stage2_plan,
    .stage2_tables = .no_stage2_tables,
    .host_excluded = .host_memory_reachable,
    .ion_seed = .ion_not_seeded,
    .vcpu = .vcpu_not_ready,
    .interrupts = .interrupts_not_assigned,
    .timer = .timer_not_granted,
    .translation_synchronised = .translation_not_synchronised,
});

/// What must be passed before a gate can be.
const prerequisites = std.EnumArray(Gate, []const Gate).init(.{
    .hypervisor = &.{},
    .manifest = &.{},
    .image = &.{.manifest},
    .initramfs = &.{.manifest},
    .device_tree = &.{.manifest},
    .device_tree_patched = &.{ .initramfs, .device_tree },
    .stage2_plan = &.{.manifest},
    .stage2_tables = &.{.stage2_plan},
    .host_excluded = &.{.stage2_tables},
    .ion_seed = &.{.manifest},
    .vcpu = &.{ .hypervisor, .image, .device_tree_patched },
    .interrupts = &.{ .hypervisor, .manifest },
    .timer = &.{ .hypervisor, .manifest },
    .translation_synchronised = &.{ .hypervisor, .stage2_tables },
});

pub const State = enum { empty, preparing, running, stopped, refused };
pub const Event = enum { pass, refuse, start, stop, reset };

/// The only transitions there are; null is an illegal event. `start` applies once every gate is passed.
pub const transitions = std.EnumArray(State, std.EnumArray(Event, ?State)).init(.{
    .empty = .init(.{ .pass = .preparing, .refuse = .refused, .start = null, .stop = null, .reset = null }),
    .preparing = .init(.{ .pass = .preparing, .refuse = .refused, .start = .running, .stop = null, .reset = null }),
    .running = .init(.{ .pass = null, .refuse = null, .start = null, .stop = .stopped, .reset = null }),
    .stopped = .init(.{ .pass = null, .refuse = null, .start = null, .stop = null, .reset = .empty }),
    .refused = .init(.{ .pass = null, .refuse = null, .start = null, .stop = null, .reset = .empty }),
});

pub const Error = error{
    /// The state has no such event.
    IllegalTransition,
    /// A gate before its prerequisites.
    OutOfOrder,
    /// No restart left in the budget.
    RestartBudgetSpent,
};

/// Proof that `nipcell_start_result` said `started`: the hand-off takes one, and there is one for each start.
pub const Ticket = struct { epoch: u64 };

pub const Cell = struct {
    state: State = .empty,
    passed: std.EnumSet(Gate) = .empty,
    /// The gate at which the cell was refused.
    refused_at: ?Gate = null,
    /// Counts lives of the cell, from 1; also the ION epoch.
    epoch: u64 = 1,
    restarts_left: u32,
    ticket: ?Ticket = null,

    pub fn init(restarts_max: u32) Cell {
        return .{ .restarts_left = restarts_max };
    }

    /// Records a precondition as met.
    pub fn pass(cell: *Cell, gate: Gate) Error!void {
        const next = transitions.get(cell.state).get(.pass) orelse return error.IllegalTransition;
        for (prerequisites.get(gate)) |needed| if (!cell.passed.contains(needed)) return error.OutOfOrder;
        cell.passed.insert(gate);
        cell.state = next;
    }

    /// Gives up at a gate. What was passed before counts no more.
    pub fn refuse(cell: *Cell, gate: Gate) Error!void {
        cell.state = transitions.get(cell.state).get(.refuse) orelse return error.IllegalTransition;
        cell.refused_at = gate;
        cell.passed = .empty;
        assert(cell.ticket == null);
    }

    /// The cell no longer runs: powered off, faulted or taken down.
    pub fn stop(cell: *Cell) Error!void {
        cell.state = transitions.get(cell.state).get(.stop) orelse return error.IllegalTransition;
        cell.passed = .empty;
        cell.ticket = null;
    }

    /// A new life, within the budget: every gate has to be passed again, in a new epoch.
    pub fn reset(cell: *Cell) Error!void {
        const next = transitions.get(cell.state).get(.reset) orelse return error.IllegalTransition;
        if (cell.restarts_left == 0) return error.RestartBudgetSpent;
        cell.* = .{ .state = next, .epoch = cell.epoch + 1, .restarts_left = cell.restarts_left - 1 };
        assert(cell.passed.count() == 0 and cell.ticket == null);
    }

    /// The first gate still to pass.
    pub fn firstMissing(cell: *const Cell) ?Gate {
        for (std.enums.values(Gate)) |gate| if (!cell.passed.contains(gate)) return gate;
        return null;
    }

    /// The one ticket of this start; null before `started` and after it was taken.
    pub fn takeTicket(cell: *Cell) ?Ticket {
        const ticket = cell.ticket orelse return null;
        assert(cell.state == .running and ticket.epoch == cell.epoch);
        cell.ticket = null;
        return ticket;
    }
};

/// The one way a cell is started. Names the first missing precondition (for a refused cell: the one that was refused), or
/// starts the cell and makes its ticket.
pub fn nipcell_start_result(cell: *Cell) Result {
    switch (cell.state) {
        .running => return .already_started,
        .stopped => return .not_reset,
        .refused => return missing_result.get(cell.refused_at.?),
        .empty, .preparing => {},
    }
    if (cell.firstMissing()) |gate| return missing_result.get(gate);
    assert(cell.passed.count() == Gate.count);
    cell.state = transitions.get(cell.state).get(.start).?;
    cell.ticket = .{ .epoch = cell.epoch };
    assert(cell.state == .running);
    return .started;
}
