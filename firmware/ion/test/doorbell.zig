// SPDX-License-Identifier: Apache-2.0
//! Event indices (R9): a doorbell exactly when one was asked for.
const std = @import("std");
const ion = @import("ion");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const plain = fixture.plain;

test "passing an event index, for all small distances and all wraps" {
    for ([_]u32{ 0, 5, 0xffff_fff0, 0xffff_ffff, 0x8000_0000 }) |old| {
        for (0..20) |moved| {
            for (0..40) |shift| {
                const new = old +% @as(u32, @intCast(moved));
                const event = old -% 20 +% @as(u32, @intCast(shift));
                // Asked for: "when slot `event` has been produced", which happened now if event is one of old .. new-1.
                var expected = false;
                for (0..moved) |step| expected = expected or event == old +% @as(u32, @intCast(step));
                try expectEqual(expected, ion.index.passes(event, old, new));
            }
        }
    }
}

test "one doorbell for each time the consumer arms" {
    const window = fixture.seeded();
    const ring = fixture.ring(.net_transmit);
    var producer = ion.Producer.init(window, ring, 7);
    var consumer = ion.Consumer.init(window, ring, .of(.net_transmit), 7);
    // A fresh window is armed at 0.
    try producer.push(plain(0));
    try expect(producer.publish());
    // The consumer is awake: nothing rings until it arms again.
    for (1..50) |number| {
        try producer.push(plain(@intCast(number)));
        try expect(!producer.publish());
    }
    while (try consumer.next()) |_| {}
    _ = consumer.release();
    try expect(!try consumer.arm());
    try producer.push(plain(50));
    try producer.push(plain(51));
    try expect(producer.publish());
    try producer.push(plain(52));
    try expect(!producer.publish());
    while (try consumer.next()) |_| {}
    _ = consumer.release();
    try expect(!try consumer.arm());
    // The very next one rings, not the one after it.
    try producer.push(plain(53));
    try expect(producer.publish());
    // Arming with something there says so at once.
    try expect(try consumer.arm());
}

test "a full producer is rung when enough is free, not before" {
    const window = fixture.seeded();
    const ring = fixture.ring(.net_transmit);
    var producer = ion.Producer.init(window, ring, 7);
    var consumer = ion.Consumer.init(window, ring, .of(.net_transmit), 7);
    for (0..256) |number| try producer.push(plain(@intCast(number)));
    _ = producer.publish();
    try expect(!try producer.awaitSpace(64));
    for (0..63) |_| {
        _ = try consumer.next();
        try expect(!consumer.release());
    }
    _ = try consumer.next();
    try expect(consumer.release());
    _ = try consumer.next();
    try expect(!consumer.release());
    try expect(try producer.awaitSpace(65));
    try expect(!try producer.awaitSpace(66));
}
