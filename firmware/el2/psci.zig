// SPDX-License-Identifier: Apache-2.0
//! PSCI calls of a cell that need a decision (Arm DEN 0022D). Pure: a call and the facts
//! of the cell go in, an action comes out; the kernel carries it out.

const std = @import("std");
const smccc = @import("smccc.zig");
const Function = smccc.Function;
const Result = smccc.Result;

/// What the decisions depend on. One virtual CPU for now: affinity 0 at level 0.
pub const Cell = struct {
    affinities: []const u64,
    /// Guest-physical memory an entry point may lie in.
    memory_base: u64,
    memory_size: u64,
};

pub const StopReason = enum { SYSTEM_OFF, SYSTEM_RESET, SYSTEM_RESET2, CPU_OFF };

pub const Action = union(enum) {
    /// Return this in x0 and go on.
    reply: i64,
    /// Wait for an interrupt, then return success: a standby state keeps all registers.
    standby,
    /// The cell has ended by its own will.
    stop: StopReason,
};

const power_state_down: u64 = 1 << 16;
const affinity_level_cpu: u64 = 0;
const affinity_on: i64 = 0;
const vendor_reset: u64 = 1 << 31;
const warm_reset: u64 = 0;

/// MPIDR's affinity fields; the others must be zero in PSCI's arguments (DEN 0022 5.1.4).
const affinity_mask: u64 = 0xff_00ff_ffff;

/// Null when `function` is no PSCI call.
pub fn decide(cell: Cell, function: u32, x: *const [31]u64) ?Action {
    const first = smccc.argument(function, x[1]);
    const second = smccc.argument(function, x[2]);
    return switch (function) {
        Function.system_off => .{ .stop = .SYSTEM_OFF },
        Function.system_reset => .{ .stop = .SYSTEM_RESET },
        Function.system_reset2_32, Function.system_reset2_64 => reset2(first),
        // The last CPU of a cell that goes off takes the cell with it.
        Function.cpu_off => .{ .stop = .CPU_OFF },
        Function.cpu_suspend_32, Function.cpu_suspend_64 => suspendCpu(first),
        Function.cpu_on_32, Function.cpu_on_64 => .{ .reply = cpuOn(cell, first, second) },
        Function.affinity_info_32, Function.affinity_info_64 => .{ .reply = affinityInfo(cell, first, second) },
        else => null,
    };
}

/// A warm reset, or the vendor type, which is our "restart this cell".
fn reset2(kind: u64) Action {
    if (kind == warm_reset or kind & vendor_reset != 0) return .{ .stop = .SYSTEM_RESET2 };
    return .{ .reply = Result.invalid_parameters };
}

fn suspendCpu(power_state: u64) Action {
    if (power_state & power_state_down != 0) return .{ .reply = Result.invalid_parameters };
    return .standby;
}

fn cpuOn(cell: Cell, target: u64, entry: u64) i64 {
    if (!contains(cell, target)) return Result.invalid_parameters;
    const offset = std.math.sub(u64, entry, cell.memory_base) catch return Result.invalid_address;
    if (offset >= cell.memory_size or entry % 4 != 0) return Result.invalid_address;
    return Result.already_on;
}

fn affinityInfo(cell: Cell, target: u64, lowest_level: u64) i64 {
    if (lowest_level != affinity_level_cpu or !contains(cell, target)) return Result.invalid_parameters;
    return affinity_on;
}

fn contains(cell: Cell, target: u64) bool {
    if (target & ~affinity_mask != 0) return false;
    for (cell.affinities) |affinity| if (affinity == target) return true;
    return false;
}

const one_cpu = Cell{ .affinities = &.{0}, .memory_base = 0x4800_0000, .memory_size = 0x1000_0000 };

fn decideWith(function: u32, first: u64, second: u64) ?Action {
    var x: [31]u64 = @splat(0);
    x[1] = first;
    x[2] = second;
    return decide(one_cpu, function, &x);
}

test "stops carry their own reason" {
    try std.testing.expectEqual(Action{ .stop = .SYSTEM_OFF }, decideWith(Function.system_off, 0, 0));
    try std.testing.expectEqual(Action{ .stop = .SYSTEM_RESET }, decideWith(Function.system_reset, 0, 0));
    try std.testing.expectEqual(Action{ .stop = .SYSTEM_RESET2 }, decideWith(Function.system_reset2_64, 0, 0));
    try std.testing.expectEqual(Action{ .stop = .SYSTEM_RESET2 }, decideWith(Function.system_reset2_32, 0x8000_0001, 0));
    try std.testing.expectEqual(Action{ .reply = -2 }, decideWith(Function.system_reset2_64, 1, 0));
    try std.testing.expectEqual(Action{ .stop = .CPU_OFF }, decideWith(Function.cpu_off, 0, 0));
}

test "CPU_ON: the target, then the entry point, then its state" {
    try std.testing.expectEqual(Action{ .reply = -2 }, decideWith(Function.cpu_on_64, 1, 0x4800_0000));
    // MPIDR bit 31 is not part of an affinity: passing it on is Bao's known mistake.
    try std.testing.expectEqual(Action{ .reply = -2 }, decideWith(Function.cpu_on_64, 0x8000_0000, 0x4800_0000));
    try std.testing.expectEqual(Action{ .reply = -9 }, decideWith(Function.cpu_on_64, 0, 0x4000_0000));
    try std.testing.expectEqual(Action{ .reply = -9 }, decideWith(Function.cpu_on_64, 0, 0x5800_0000));
    try std.testing.expectEqual(Action{ .reply = -9 }, decideWith(Function.cpu_on_64, 0, 0x4800_0002));
    try std.testing.expectEqual(Action{ .reply = -4 }, decideWith(Function.cpu_on_64, 0, 0x4800_0000));
}

test "the 32-bit convention ignores the registers' upper halves" {
    try std.testing.expectEqual(Action{ .reply = 0 }, decideWith(Function.affinity_info_32, 0xbad_0000_0000, 0));
    try std.testing.expectEqual(Action{ .reply = -2 }, decideWith(Function.affinity_info_64, 0xba_0000_0000, 0));
    try std.testing.expectEqual(Action{ .reply = -2 }, decideWith(Function.affinity_info_64, 0, 1));
}

test "standby yes, power-down no, other calls are not PSCI" {
    try std.testing.expectEqual(Action.standby, decideWith(Function.cpu_suspend_64, 0, 0));
    try std.testing.expectEqual(Action{ .reply = -2 }, decideWith(Function.cpu_suspend_32, power_state_down, 0));
    try std.testing.expectEqual(null, decideWith(0x8600_ff01, 0, 0));
}
