// SPDX-License-Identifier: Apache-2.0
//! The state machine beyond the named tests: random histories against a plain model, and the order of the gates.
const std = @import("std");
const nipcell = @import("nipcell");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectError = std.testing.expectError;
const Gate = nipcell.Gate;
const gates = std.enums.values(Gate);

test "gates in their declared order, one by one" {
    var cell = nipcell.Cell.init(0);
    for (gates) |gate| {
        try expectEqual(gate, cell.firstMissing().?);
        try cell.pass(gate);
    }
    try expectEqual(null, cell.firstMissing());
}

test "a gate before what it rests on is out of order" {
    const dependent = [_]struct { Gate, []const Gate }{
        .{ .image, &.{} },                                                             .{ .device_tree_patched, &.{ .manifest, .device_tree } },
        .{ .stage2_tables, &.{.manifest} },                                            .{ .host_excluded, &.{ .manifest, .stage2_plan } },
        .{ .ion_seed, &.{.hypervisor} },                                               .{ .vcpu, &.{ .hypervisor, .manifest, .image } },
        .{ .timer, &.{.manifest} },                                                    .{ .interrupts, &.{.hypervisor} },
        .{ .translation_synchronised, &.{ .manifest, .stage2_plan, .stage2_tables } },
    };
    for (dependent) |one| {
        var cell = nipcell.Cell.init(0);
        for (one[1]) |gate| try cell.pass(gate);
        const before = cell;
        try expectError(error.OutOfOrder, cell.pass(one[0]));
        try expectEqual(before, cell);
    }
}

test "every result has words of its own" {
    const results = comptime std.enums.values(nipcell.start.Result);
    for (results, 0..) |result, index| {
        try expect(result.text().len > 8);
        for (results[0..index]) |earlier| try expect(!std.mem.eql(u8, earlier.text(), result.text()));
    }
}

test "random histories never start a cell that lacks a gate" {
    var state = std.Random.DefaultPrng.init(2025);
    const random = state.random();
    var starts: usize = 0;
    for (0..2000) |_| {
        var cell = nipcell.Cell.init(4);
        var passed: std.EnumSet(Gate) = .empty;
        var running = false;
        for (0..120) |_| {
            switch (random.uintLessThan(u8, 24)) {
                0 => if (cell.refuse(gates[random.uintLessThan(usize, gates.len)])) |_| {
                    passed = .empty;
                } else |_| {},
                1 => if (cell.stop()) |_| {
                    try expect(running);
                    running = false;
                    passed = .empty;
                } else |_| {},
                2, 3 => cell.reset() catch {},
                4...6 => {
                    const result = nipcell.nipcell_start_result(&cell);
                    try expectEqual(result == .started, !running and passed.count() == gates.len);
                    if (result == .started) {
                        running = true;
                        starts += 1;
                        try expectEqual(cell.epoch, cell.takeTicket().?.epoch);
                    }
                    try expectEqual(running, cell.state == .running);
                },
                else => {
                    // Usually the next gate, so that histories get far.
                    const gate = if (random.uintLessThan(u8, 8) != 0)
                        cell.firstMissing() orelse gates[0]
                    else
                        gates[random.uintLessThan(usize, gates.len)];
                    if (cell.pass(gate)) |_| passed.insert(gate) else |_| {}
                },
            }
            try expect(cell.passed.eql(passed));
            try expect(cell.ticket == null);
        }
    }
    try expect(starts > 200);
}
