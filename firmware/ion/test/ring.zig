// SPDX-License-Identifier: Apache-2.0
//! Producer and consumer on a real window, both honest.
const std = @import("std");
const ion = @import("ion");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectError = std.testing.expectError;
const plain = fixture.plain;

const Pair = struct {
    producer: ion.Producer,
    consumer: ion.Consumer,

    /// Both ends at free-running index `start`, as after that many descriptors.
    fn init(index: ion.abi.RingIndex, start: u32) Pair {
        const window = fixture.seeded();
        const ring = fixture.ring(index);
        window.store(ring.producer_offset, start, .release);
        window.store(ring.consumer_offset, start, .release);
        window.store(ring.consumer_offset + 64, start, .release);
        window.store(ring.producer_offset + 64, start -% 1, .release);
        var pair: Pair = .{
            .producer = .init(window, ring, 7),
            .consumer = .init(window, ring, .of(index), 7),
        };
        pair.producer.published = start;
        pair.producer.next = start;
        pair.producer.consumed = start;
        pair.consumer.consumed = start;
        pair.consumer.released = start;
        pair.consumer.produced = start;
        return pair;
    }
};

/// Near the wrap of u32, and far from it.
const starts = [_]u32{ 0, 0xffff_ff80, 0xffff_ffff, 0x7fff_ffff };

test "first in, first out, across the wrap of the indices" {
    for (starts) |start| {
        var pair = Pair.init(.block_request, start);
        var sent: u32 = 0;
        var received: u32 = 0;
        var state = std.Random.DefaultPrng.init(start);
        const random = state.random();
        while (received < 2000) {
            for (0..random.uintLessThan(usize, 40)) |_| {
                pair.producer.push(plain(sent)) catch break;
                sent += 1;
            }
            _ = pair.producer.publish();
            for (0..random.uintLessThan(usize, 40)) |_| {
                const descriptor = try pair.consumer.next() orelse break;
                try expectEqual(received, descriptor.tag);
                try expectEqual(@as(u64, received) * 3, descriptor.argument);
                try expectEqual(start +% received, descriptor.sequence);
                received += 1;
            }
            _ = pair.consumer.release();
        }
        try expect(sent >= received and sent - received <= 256);
    }
}

test "nothing is seen before it is published" {
    var pair = Pair.init(.net_transmit, 0);
    try pair.producer.push(plain(1));
    try expect(try pair.consumer.next() == null);
    try expect(pair.producer.publish());
    try expectEqual(1, (try pair.consumer.next()).?.tag);
    try expect(!pair.producer.publish());
}

test "full is full, to the slot, and space comes back by release only" {
    for (starts) |start| {
        var pair = Pair.init(.console_output, start);
        for (0..256) |number| try pair.producer.push(plain(@intCast(number)));
        try expectError(error.Full, pair.producer.push(plain(256)));
        _ = pair.producer.publish();
        try expectError(error.Full, pair.producer.push(plain(256)));
        for (0..10) |_| _ = (try pair.consumer.next()).?;
        try expectError(error.Full, pair.producer.push(plain(256)));
        _ = pair.consumer.release();
        for (0..10) |number| try pair.producer.push(plain(@intCast(number)));
        try expectError(error.Full, pair.producer.push(plain(256)));
        try expect(pair.producer.broken == null);
    }
}

const Sink = struct {
    count: u32 = 0,
    refuse_at: u32 = std.math.maxInt(u32),

    fn take(sink: *Sink, _: ion.abi.Descriptor) error{Protocol}!void {
        if (sink.count == sink.refuse_at) return error.Protocol;
        sink.count += 1;
    }
};

test "draining stays within its budget (R8)" {
    var pair = Pair.init(.net_transmit, 0);
    for (0..100) |number| try pair.producer.push(plain(@intCast(number)));
    _ = pair.producer.publish();
    var sink: Sink = .{};
    const first = try pair.consumer.drain(30, &sink, Sink.take);
    try expectEqual(30, first.count);
    try expect(first.more);
    try expectEqual(30, sink.count);
    const rest = try pair.consumer.drain(1000, &sink, Sink.take);
    try expectEqual(70, rest.count);
    try expect(!rest.more);
    const nothing = try pair.consumer.drain(1, &sink, Sink.take);
    try expectEqual(0, nothing.count);
    // All slots were given back.
    try pair.producer.refresh();
    try expectEqual(256, pair.producer.free());
}

test "a handler that objects closes the ring" {
    var pair = Pair.init(.net_transmit, 0);
    for (0..5) |number| try pair.producer.push(plain(@intCast(number)));
    _ = pair.producer.publish();
    var sink: Sink = .{ .refuse_at = 3 };
    try expectError(error.Broken, pair.consumer.drain(10, &sink, Sink.take));
    try expectEqual(3, sink.count);
    try expectEqual(.protocol, pair.consumer.broken.?.reason);
    try expectEqual(3, pair.consumer.broken.?.own_index);
    try expectEqual(3, pair.consumer.broken.?.descriptor.?.tag);
}

test "payloads travel whole, at any offset and length" {
    const window = fixture.seeded();
    var state = std.Random.DefaultPrng.init(3);
    const random = state.random();
    var sent: [200]u8 = undefined;
    var received: [202]u8 = undefined;
    for (0..2000) |_| {
        random.bytes(&sent);
        const length = random.uintLessThan(usize, sent.len + 1);
        const offset = 0x0080_0000 + random.uintLessThan(u32, 64);
        @memset(&received, 0xee);
        window.write(offset, sent[0..length]);
        window.read(offset, received[1..][0..length]);
        try expect(std.mem.eql(u8, sent[0..length], received[1..][0..length]));
        try expect(received[0] == 0xee and received[length + 1] == 0xee);
        try expect(std.mem.eql(u8, sent[0..length], fixture.bytes[offset..][0..length]));
    }
}

test "a descriptor lies in its slot as the ABI says" {
    var pair = Pair.init(.block_request, 0xffff_fffe);
    var descriptor = plain(0x11223344);
    descriptor.kind = 0x5566;
    descriptor.flags = 0x7788;
    descriptor.offset = 0x99aabbcc;
    descriptor.length = 0xddeeff00;
    descriptor.argument = 0x0123456789abcdef;
    try pair.producer.push(descriptor);
    const slot = fixture.ring(.block_request).slots_offset + 254 * 32;
    const expected = "\xcc\xbb\xaa\x99\x00\xff\xee\xdd\x66\x55\x88\x77\x44\x33\x22\x11\xef\xcd\xab\x89\x67\x45\x23\x01\xfe\xff\xff\xff\x00\x00\x00\x00";
    try expect(std.mem.eql(u8, expected, fixture.bytes[slot..][0..32]));
}
