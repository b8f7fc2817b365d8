// SPDX-License-Identifier: Apache-2.0
const std = @import("std");
const ledger_module = @import("../ledger.zig");

const Ledger = ledger_module.Ledger;
const testing = std.testing;

fn entry(kind: ledger_module.Kind, fiber_id: u64) ledger_module.Entry {
    return .{ .kind = kind, .timestamp_ns = fiber_id * 10, .fiber_id = fiber_id };
}

test "numbers run on and an event keeps what it was told" {
    var ledger: Ledger = undefined;
    ledger.init();
    const first = ledger.record(entry(.system_boot, 0));
    const second = ledger.record(.{
        .kind = .access_denied,
        .timestamp_ns = 7,
        .fiber_id = 3,
        .entity_id = 0x0801,
        .cause_id = first,
        .data = .{ 1, 2, 3 },
    });
    try testing.expectEqual(0, first);
    try testing.expectEqual(1, second);
    const event = ledger.get(second).?;
    try testing.expectEqual(ledger_module.Kind.access_denied, event.kind);
    try testing.expectEqual(first, event.cause_id);
    try testing.expectEqual([3]u64{ 1, 2, 3 }, event.data);
    try testing.expectEqual(null, ledger.get(2));
}

test "at every fill level the newest are held, in order, and the rest counted lost" {
    var ledger: Ledger = undefined;
    ledger.init();
    for (0..3 * ledger_module.capacity) |number| {
        _ = ledger.record(entry(.fiber_spawn, number));
        const held = @min(number + 1, ledger_module.capacity);
        try testing.expectEqual(number + 1 - held, ledger.lost());
        try testing.expectEqual(held, ledger.countSince(0, .fiber_spawn));
        const oldest = ledger.get(ledger.lost()).?;
        try testing.expectEqual(ledger.lost(), oldest.fiber_id);
        try testing.expectEqual(number, ledger.get(number).?.sequence);
        if (ledger.lost() > 0) try testing.expectEqual(null, ledger.get(ledger.lost() - 1));
    }
}

test "the published kinds keep their numbers" {
    const expected = [_]u16{ 1, 2, 3, 4, 10, 11, 12, 20, 21, 22, 23, 30, 31, 32, 40, 41, 50, 51 };
    for (std.enums.values(ledger_module.Kind), expected) |kind, number| {
        try testing.expectEqual(number, @backingInt(kind));
    }
}
