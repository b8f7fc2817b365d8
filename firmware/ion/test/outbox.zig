// SPDX-License-Identifier: Apache-2.0
//! Sending payloads: buffers stay with their descriptors until the consumer's index has passed them.
const std = @import("std");
const ion = @import("ion");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectError = std.testing.expectError;

test "payloads arrive, and buffers are used again only when they are free" {
    const window = fixture.seeded();
    const ring = fixture.ring(.net_receive);
    var outbox = ion.Outbox.init(window, ring, 7);
    var consumer = ion.Consumer.init(window, ring, .of(.net_receive), 7);
    var state = std.Random.DefaultPrng.init(11);
    const random = state.random();
    var sent: u32 = 0;
    var received: u32 = 0;
    while (received < 3000) {
        for (0..random.uintLessThan(usize, 90)) |_| {
            var payload: [64]u8 = undefined;
            fill(&payload, sent);
            outbox.send(fixture.plain(sent), payload[0 .. sent % 65]) catch |failure| {
                try expect(failure == error.Full or failure == error.NoBuffer);
                break;
            };
            sent += 1;
        }
        _ = outbox.publish();
        for (0..random.uintLessThan(usize, 90)) |_| {
            const descriptor = try consumer.next() orelse break;
            var expected: [64]u8 = undefined;
            var payload: [64]u8 = undefined;
            fill(&expected, received);
            try expectEqual(received % 65, descriptor.length);
            window.read(descriptor.offset, payload[0..descriptor.length]);
            try expect(std.mem.eql(u8, expected[0..descriptor.length], payload[0..descriptor.length]));
            received += 1;
        }
        _ = consumer.release();
    }
    while (try consumer.next()) |_| {}
    _ = consumer.release();
    try outbox.reclaim();
    try expectEqual(0, outbox.pool.inFlight());
}

fn fill(payload: *[64]u8, number: u32) void {
    var state = std.Random.SplitMix64.init(number);
    for (payload) |*byte| byte.* = @truncate(state.next());
}

test "what cannot be sent" {
    const window = fixture.seeded();
    const ring = fixture.ring(.input_event);
    var outbox = ion.Outbox.init(window, ring, 7);
    const long: [65]u8 = @splat(1);
    try expectError(error.TooLong, outbox.send(fixture.plain(0), &long));
    try expectEqual(0, outbox.pool.inFlight());
    for (0..256) |number| try outbox.send(fixture.plain(@intCast(number)), "x");
    try expectError(error.Full, outbox.send(fixture.plain(0), "x"));
    try expectError(error.Full, outbox.send(fixture.plain(0), ""));
    try expectEqual(256, outbox.pool.inFlight());
    // The consumer claims to have taken what was never published: closed, and no buffer is handed out twice.
    window.store(ring.consumer_offset, 3, .release);
    try expectError(error.Broken, outbox.send(fixture.plain(0), "x"));
    try expectEqual(256, outbox.pool.inFlight());
}

test "without buffers there is no sending" {
    const window = fixture.seeded();
    var ring = fixture.ring(.net_receive);
    ring.buffer_count = 2;
    var outbox = ion.Outbox.init(window, ring, 7);
    for (0..2) |number| try outbox.send(fixture.plain(@intCast(number)), "payload");
    try expectError(error.NoBuffer, outbox.send(fixture.plain(2), "payload"));
    try outbox.send(fixture.plain(2), "");
    try expectEqual(3, outbox.producer.next);
}
