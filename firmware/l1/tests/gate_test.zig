// SPDX-License-Identifier: Apache-2.0
const std = @import("std");
const authority_module = @import("../authority.zig");
const capability = @import("../capability.zig");
const gate_module = @import("../gate.zig");
const ledger_module = @import("../ledger.zig");
const pledge_module = @import("../pledge.zig");

const Channel = gate_module.Channel;
const Direction = gate_module.Direction;
const testing = std.testing;

fn clock() u64 {
    return 42;
}

const bounds: capability.Bounds = .{ .start = 10, .end = 20 };

/// What the subject may do, spelled out apart from the code under test.
const Expectation = enum { pass, denied, violated };

test "every channel, both directions, with and without promise and capability" {
    for (std.enums.values(Channel)) |channel| for (std.enums.values(Direction)) |direction| {
        for ([_]bool{ false, true }) |promised| for ([_]bool{ false, true }) |held| {
            const expected: Expectation =
                if (!promised) .violated else if (!held) .denied else .pass;
            try expectPass(channel, direction, promised, held, expected);
        };
    };
}

fn expectPass(channel: Channel, direction: Direction, promised: bool, held: bool, expected: Expectation) !void {
    var authority: authority_module.Authority = undefined;
    authority.init();
    var ledger: ledger_module.Ledger = undefined;
    ledger.init();
    const gate: gate_module.Gate = .{ .authority = &authority, .ledger = &ledger, .clock_ns = clock };
    try authority.register(.channel, channel.object(), .everything);
    var pledge: pledge_module.Pledge = .of(.matter, std.enums.values(pledge_module.Promise));
    if (!promised) pledge.promises &= ~(@as(u62, 1) << @backingInt(channel.promise(direction)));
    var subject: gate_module.Subject = .{ .id = 9, .pledge = pledge, .space = undefined };
    subject.space.clear();
    // The opposite permission is always held: it must not help.
    const reads = direction == .read;
    _ = try authority.grant(&subject.space, .{
        .kind = .channel,
        .object = channel.object(),
        .permissions = .{ .read = held or !reads, .write = held or reads },
        .bounds = bounds,
    });
    const result = gate.pass(&subject, .{ .channel = channel, .direction = direction, .bounds = bounds });
    switch (expected) {
        .pass => try result,
        .denied => try testing.expectError(error.AccessDenied, result),
        .violated => try testing.expectError(error.PledgeViolated, result),
    }
    try testing.expectEqual(@intFromBool(expected == .denied), ledger.countSince(0, .access_denied));
    try testing.expectEqual(@intFromBool(expected == .violated), ledger.countSince(0, .policy_violation));
    if (expected == .pass) return;
    const event = ledger.get(0).?;
    try testing.expectEqual(9, event.fiber_id);
    try testing.expectEqual(@backingInt(channel), event.entity_id);
    try testing.expectEqual(42, event.timestamp_ns);
}

test "a range is passed whole or not at all" {
    var authority: authority_module.Authority = undefined;
    authority.init();
    var ledger: ledger_module.Ledger = undefined;
    ledger.init();
    const gate: gate_module.Gate = .{ .authority = &authority, .ledger = &ledger, .clock_ns = clock };
    try authority.register(.channel, Channel.block_request.object(), .{ .start = 0, .end = 100 });
    var subject: gate_module.Subject = .{ .id = 1, .pledge = .all, .space = undefined };
    subject.space.clear();
    _ = try authority.grant(&subject.space, .{
        .kind = .channel,
        .object = Channel.block_request.object(),
        .permissions = .{ .write = true },
        .bounds = bounds,
    });
    for (0..25) |start| for (start..26) |end| {
        const inside = start >= 10 and end <= 20 and start < end;
        const result = gate.pass(&subject, .{
            .channel = .block_request,
            .direction = .write,
            .bounds = .{ .start = start, .end = end },
        });
        try testing.expectEqual(inside, if (result) true else |_| false);
    };
}
