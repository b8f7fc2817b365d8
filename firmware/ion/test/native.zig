// SPDX-License-Identifier: Apache-2.0
//! The kernel-internal ring: layout, order, fullness, and two real threads.
const std = @import("std");
const ion = @import("ion");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;

const Ring = ion.NativeRing(ion.IonPacket);

fn packet(number: u32) ion.IonPacket {
    return .{ .data = number, .phys = @as(u64, number) << 32, .len = @truncate(number), .id = @truncate(number >> 3) };
}

test "sizes and offsets are the published ones" {
    try expectEqual(24, @sizeOf(ion.IonPacket));
    try expectEqual(32, @sizeOf(ion.CmdPacket));
    try expectEqual(6160, @sizeOf(Ring));
    try expectEqual(8208, @sizeOf(ion.NativeRing(ion.CmdPacket)));
    try expectEqual(0, @offsetOf(Ring, "head"));
    try expectEqual(4, @offsetOf(Ring, "tail"));
    try expectEqual(8, @offsetOf(Ring, "mask"));
    try expectEqual(16, @offsetOf(Ring, "data"));
}

test "first in, first out; 255 fit; and so at every starting place" {
    var ring: Ring = .{};
    for (0..256) |start| {
        try expectEqual(0, ring.len());
        try expect(ring.pop() == null);
        for (0..255) |number| {
            try expect(ring.push(packet(@intCast(number))));
            try expectEqual(number + 1, ring.len());
        }
        try expect(!ring.push(packet(999)));
        try expectEqual(255, ring.len());
        for (0..255) |number| try expectEqual(packet(@intCast(number)), ring.pop().?);
        try expect(ring.pop() == null);
        // One step further for the next round.
        try expect(ring.push(packet(@intCast(start))));
        try expectEqual(packet(@intCast(start)), ring.pop().?);
    }
}

test "random pushes and pops agree with a counter" {
    var ring: Ring = .{};
    var state = std.Random.DefaultPrng.init(21);
    const random = state.random();
    var pushed: u32 = 0;
    var popped: u32 = 0;
    for (0..100_000) |round| {
        // Long runs of either kind, so that both ends of the range are reached.
        const pushing = if (round / 400 % 2 == 0) random.uintLessThan(u8, 4) != 0 else random.uintLessThan(u8, 4) == 0;
        if (pushing) {
            try expectEqual(pushed - popped < 255, ring.push(packet(pushed)));
            if (ring.len() > pushed - popped) pushed += 1;
        } else if (ring.pop()) |found| {
            try expectEqual(packet(popped), found);
            popped += 1;
        } else {
            try expectEqual(pushed, popped);
        }
        try expectEqual(pushed - popped, ring.len());
    }
    try expect(popped > 10_000);
}

test "two threads" {
    const count = 200_000;
    // A ring that loses an item must fail the test, not hang it.
    const waits_max = 20_000_000;
    const Consumer = struct {
        fn run(ring: *Ring, received: *u32) void {
            var waits: usize = 0;
            while (received.* < count and waits < waits_max) {
                const found = ring.pop() orelse {
                    waits += 1;
                    std.Thread.yield() catch {};
                    continue;
                };
                if (!std.meta.eql(found, packet(received.*))) return;
                received.* += 1;
            }
        }
    };
    var ring: Ring = .{};
    var received: u32 = 0;
    const consumer = try std.Thread.spawn(.{}, Consumer.run, .{ &ring, &received });
    var sent: u32 = 0;
    var waits: usize = 0;
    while (sent < count and waits < waits_max) {
        if (ring.push(packet(sent))) {
            sent += 1;
        } else {
            waits += 1;
            std.Thread.yield() catch {};
        }
    }
    consumer.join();
    try expectEqual(count, sent);
    try expectEqual(count, received);
    try expectEqual(0, ring.len());
}
