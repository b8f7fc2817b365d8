// SPDX-License-Identifier: Apache-2.0
//! The other side lies: about indices, about descriptors, at any time. The ring closes with the right reason and evidence, stays
//! closed for its epoch, and reads nothing twice.
const std = @import("std");
const ion = @import("ion");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectError = std.testing.expectError;
const plain = fixture.plain;
const Reason = ion.Reason;

const garbage: ion.abi.Descriptor = .{
    .offset = 0xffff_ffff,
    .length = 0xffff_ffff,
    .kind = 0xffff,
    .flags = 0xffff,
    .tag = 0xffff_ffff,
    .argument = 0xffff_ffff_ffff_ffff,
    .sequence = 0xffff_ffff,
    .reserved = 0xffff_ffff,
};

/// A window of four slots in private memory that counts what is read.
const Counting = struct {
    state: *State,

    const State = struct {
        producer: u32 = 0,
        consumer: u32 = 0,
        slots: [4]ion.abi.Descriptor = @splat(std.mem.zeroes(ion.abi.Descriptor)),
        index_loads: u32 = 0,
        slot_loads: u32 = 0,
        stores: u32 = 0,
    };

    pub fn load(memory: Counting, offset: u32, comptime _: std.lang.AtomicOrder) u32 {
        memory.state.index_loads += 1;
        return switch (offset) {
            0x1000 => memory.state.producer,
            0x2000 => memory.state.consumer,
            else => 0,
        };
    }
    pub fn store(memory: Counting, _: u32, _: u32, comptime _: std.lang.AtomicOrder) void {
        memory.state.stores += 1;
    }
    pub fn loadDescriptor(memory: Counting, offset: u32) ion.abi.Descriptor {
        memory.state.slot_loads += 1;
        const descriptor = memory.state.slots[offset / 32];
        // Changed as soon as it was read: a second read would see something else.
        memory.state.slots[offset / 32] = garbage;
        return descriptor;
    }
    pub fn storeDescriptor(memory: Counting, offset: u32, descriptor: ion.abi.Descriptor) void {
        memory.state.slots[offset / 32] = descriptor;
    }
    pub fn fullBarrier(_: Counting) void {}
};

fn smallRing() ion.abi.Ring {
    var ring = std.mem.zeroes(ion.abi.Ring);
    ring.slot_count = 4;
    ring.slot_size = 32;
    ring.producer_offset = 0x1000;
    ring.consumer_offset = 0x2000;
    return ring;
}

const small_policy: ion.Policy = .{ .pool_offset = 0x1000, .pool_size = 0x1000, .kinds = &.{ 1, 2 }, .length_max = 0x800 };

test "the consumer believes exactly the possible producer indices (R3)" {
    for ([_]u32{ 0, 0xffff_fffd, 0x8000_0000 }) |base| {
        for (0..5) |released_to_produced| for (0..released_to_produced + 1) |taken| for (0..16) |shift| {
            var state: Counting.State = .{};
            var consumer = ion.ConsumerOver(Counting).init(.{ .state = &state }, smallRing(), small_policy, 1);
            consumer.released = base;
            // Taken but not given back: no room for more.
            consumer.consumed = base +% @as(u32, @intCast(taken));
            consumer.produced = base +% @as(u32, @intCast(released_to_produced));
            const claim = base -% 6 +% @as(u32, @intCast(shift));
            state.producer = claim;
            // Possible: not back, and not more than four slots ahead of what was given back.
            var possible = false;
            for (released_to_produced..5) |ahead| possible = possible or claim == base +% @as(u32, @intCast(ahead));
            if (possible) {
                try consumer.refresh();
                try expectEqual(claim, consumer.produced);
            } else {
                try expectError(error.Broken, consumer.refresh());
                try expectEqual(claim, consumer.broken.?.claim);
                const reason: Reason = if (shift >= 6) .index_distance else .index_retreat;
                try expectEqual(reason, consumer.broken.?.reason);
            }
        };
    }
}

test "a closed ring hands nothing on, though more is known to be there (R12)" {
    var state: Counting.State = .{ .producer = 3 };
    for (state.slots[0..3], 0..) |*slot, number| {
        slot.* = plain(0);
        slot.sequence = @intCast(number);
    }
    var consumer = ion.ConsumerOver(Counting).init(.{ .state = &state }, smallRing(), small_policy, 1);
    try expect(try consumer.next() != null);
    try expectEqual(error.Broken, consumer.fail(.{ .reason = .protocol, .own_index = 0 }));
    try expectEqual(2, consumer.known());
    try expectError(error.Broken, consumer.next());
    try expectEqual(1, state.slot_loads);
}

test "the producer believes exactly the possible consumer indices" {
    for ([_]u32{ 0, 0xffff_fffd, 0x8000_0000 }) |base| {
        for (0..5) |in_flight| for (0..16) |shift| {
            var state: Counting.State = .{};
            var producer = ion.ProducerOver(Counting).init(.{ .state = &state }, smallRing(), 1);
            producer.consumed = base;
            producer.published = base +% @as(u32, @intCast(in_flight));
            producer.next = producer.published;
            const claim = base -% 6 +% @as(u32, @intCast(shift));
            state.consumer = claim;
            var possible = false;
            for (0..in_flight + 1) |ahead| possible = possible or claim == base +% @as(u32, @intCast(ahead));
            if (possible) {
                try producer.refresh();
                try expectEqual(4 - (in_flight - (shift - 6)), producer.free());
            } else {
                try expectError(error.Broken, producer.refresh());
                try expectEqual(claim, producer.broken.?.claim);
            }
        };
    }
}

test "far-away claims" {
    for ([_]u32{ 5, 256, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_ffff }) |claim| {
        var state: Counting.State = .{ .producer = claim, .consumer = claim };
        var consumer = ion.ConsumerOver(Counting).init(.{ .state = &state }, smallRing(), small_policy, 1);
        try expectError(error.Broken, consumer.next());
        var producer = ion.ProducerOver(Counting).init(.{ .state = &state }, smallRing(), 1);
        try expectError(error.Broken, producer.refresh());
        try expectEqual(0, state.slot_loads);
    }
}

test "a slot is read once, an index once a batch (R2, R5)" {
    var state: Counting.State = .{ .producer = 4 };
    for (&state.slots, 0..) |*slot, number| {
        slot.* = plain(@intCast(number));
        slot.sequence = @intCast(number);
    }
    var consumer = ion.ConsumerOver(Counting).init(.{ .state = &state }, smallRing(), small_policy, 1);
    for (0..4) |number| try expectEqual(number, (try consumer.next()).?.tag);
    try expectEqual(4, state.slot_loads);
    try expectEqual(1, state.index_loads);
}

test "a broken ring touches nothing and stays broken until a new epoch (R12)" {
    var state: Counting.State = .{ .producer = 99, .consumer = 99 };
    var consumer = ion.ConsumerOver(Counting).init(.{ .state = &state }, smallRing(), small_policy, 3);
    var producer = ion.ProducerOver(Counting).init(.{ .state = &state }, smallRing(), 3);
    try expectError(error.Broken, consumer.next());
    try expectError(error.Broken, producer.refresh());
    const first = consumer.broken.?;
    state = .{ .producer = 1 };
    try expectError(error.Broken, consumer.next());
    try expectError(error.Broken, consumer.arm());
    try expect(!consumer.release());
    try expectError(error.Broken, producer.push(plain(0)));
    try expectError(error.Broken, producer.awaitSpace(1));
    try expect(!producer.publish());
    try expectEqual(0, state.index_loads + state.slot_loads + state.stores);
    try expectEqual(first, consumer.broken.?);
    // Only the first reason is evidence; what a service says afterwards is a consequence.
    try expectError(error.Broken, @as(error{Broken}!void, consumer.fail(.{ .reason = .protocol, .own_index = 1 })));
    try expectError(error.Broken, @as(error{Broken}!void, producer.fail(.{ .reason = .epoch, .own_index = 1 })));
    try expectEqual(first, consumer.broken.?);
    try expect(producer.broken.?.reason != .epoch);
    try expectError(error.SameEpoch, consumer.reopen(3));
    try expectError(error.SameEpoch, producer.reopen(3));
    try expectError(error.SameEpoch, producer.reopen(0));
    try expectError(error.SameEpoch, consumer.reopen(0));
    try expect(consumer.broken != null and producer.broken != null);
    try consumer.reopen(4);
    try producer.reopen(4);
    try expect(consumer.broken == null and producer.broken == null);
    state.producer = 0;
    try expect(try consumer.next() == null);
}

test "descriptors are judged field by field" {
    const good: ion.abi.Descriptor = .{ .offset = 0x1800, .length = 0x800, .kind = 2, .flags = 0, .tag = 9, .argument = 0, .sequence = 5 };
    const Change = struct { field: []const u8, value: u32, reason: ?Reason };
    const changes = [_]Change{
        .{ .field = "tag", .value = 1, .reason = null },
        .{ .field = "argument", .value = 0xffff_ffff, .reason = null },
        .{ .field = "kind", .value = 1, .reason = null },
        .{ .field = "offset", .value = 0x1000, .reason = null },
        .{ .field = "length", .value = 1, .reason = null },
        .{ .field = "sequence", .value = 4, .reason = .sequence },
        .{ .field = "sequence", .value = 0x105, .reason = .sequence },
        .{ .field = "kind", .value = 0, .reason = .kind },
        .{ .field = "kind", .value = 3, .reason = .kind },
        .{ .field = "flags", .value = 1, .reason = .flags },
        .{ .field = "flags", .value = 0x8000, .reason = .flags },
        .{ .field = "reserved", .value = 1, .reason = .reserved },
        .{ .field = "offset", .value = 0xfff, .reason = .payload },
        .{ .field = "offset", .value = 0x1801, .reason = .payload },
        .{ .field = "offset", .value = 0x2000, .reason = .payload },
        .{ .field = "offset", .value = 0, .reason = .payload },
        .{ .field = "offset", .value = 0xffff_f800, .reason = .payload },
        .{ .field = "length", .value = 0, .reason = .payload },
        .{ .field = "length", .value = 0x801, .reason = .payload },
        .{ .field = "length", .value = 0xffff_ffff, .reason = .payload },
        .{ .field = "length", .value = 0xffff_e800, .reason = .payload },
    };
    try expectEqual(null, small_policy.judge(good, 5));
    for (changes) |change| {
        var descriptor = good;
        inline for (comptime std.meta.fieldNames(ion.abi.Descriptor)) |name| {
            if (std.mem.eql(u8, name, change.field)) @field(descriptor, name) = @intCast(change.value);
        }
        try expectEqual(change.reason, small_policy.judge(descriptor, 5));
    }
    var empty = good;
    empty.offset = 0;
    empty.length = 0;
    try expectEqual(null, small_policy.judge(empty, 5));
}

test "payload bounds agree with 64-bit arithmetic, exhaustively near every edge" {
    const edges = [_]u64{ 0, 0x1000, 0x1800, 0x2000, 0x8000_0000, 0xffff_ffff };
    for (edges) |a| for (edges) |b| for (0..5) |da| for (0..5) |db| {
        const offset: u32 = @truncate(a +% da -% 2);
        const length: u32 = @truncate(b +% db -% 2);
        const end = @as(u64, offset) + length;
        const right = if (length == 0) offset == 0 else offset >= 0x1000 and end <= 0x2000 and length <= 0x800;
        const descriptor: ion.abi.Descriptor = .{ .offset = offset, .length = length, .kind = 1, .flags = 0, .tag = 0, .argument = 0, .sequence = 0 };
        try expectEqual(right, small_policy.judge(descriptor, 0) == null);
    };
}

test "a tag is in flight once (R5)" {
    var tags = ion.TagSet.init(8);
    var requests = small_policy;
    requests.tags = .{ .opens = &tags };
    var completions = small_policy;
    completions.tags = .{ .closes = &tags };
    try expectEqual(.tag_unknown, completions.judge(plain(3), 0));
    try expectEqual(null, requests.judge(plain(3), 0));
    try expectEqual(.tag_in_flight, requests.judge(plain(3), 0));
    try expectEqual(null, requests.judge(plain(7), 0));
    try expectEqual(.tag_in_flight, requests.judge(plain(8), 0));
    try expectEqual(.tag_in_flight, requests.judge(plain(0xffff_ffff), 0));
    try expectEqual(2, tags.count());
    try expectEqual(null, completions.judge(plain(3), 0));
    try expectEqual(.tag_unknown, completions.judge(plain(3), 0));
    try expectEqual(.tag_unknown, completions.judge(plain(9), 0));
    tags.clear();
    try expectEqual(.tag_unknown, completions.judge(plain(7), 0));
    // A descriptor refused for another reason does not open its tag.
    var bad = plain(5);
    bad.flags = 1;
    try expectEqual(.flags, requests.judge(bad, 0));
    try expectEqual(0, tags.count());
}

test "garbage in everything the guest can write never harms the host" {
    var state = std.Random.DefaultPrng.init(0x686f7374696c65);
    const random = state.random();
    var reasons: std.EnumSet(Reason) = .empty;
    _ = fixture.seeded();
    for (0..3000) |_| {
        const window = fixture.cellsCleared();
        const ring = fixture.ring(.net_transmit);
        const claim = switch (random.uintLessThan(u8, 4)) {
            0 => random.int(u32),
            else => random.uintLessThan(u32, 258),
        };
        window.store(ring.producer_offset, claim, .monotonic);
        window.store(ring.producer_offset + 64, random.int(u32), .monotonic);
        for (0..16) |slot| {
            var descriptor: ion.abi.Descriptor = undefined;
            random.bytes(std.mem.asBytes(&descriptor));
            // Mostly right: the closer to right, the deeper it gets.
            if (random.uintLessThan(u8, 8) != 0) descriptor.sequence = @intCast(slot);
            if (random.uintLessThan(u8, 8) != 0) descriptor.kind = 1;
            if (random.uintLessThan(u8, 8) != 0) descriptor.flags = 0;
            if (random.uintLessThan(u8, 8) != 0) descriptor.reserved = 0;
            if (random.uintLessThan(u8, 8) != 0) descriptor.length %= 0x1_0000;
            if (random.uintLessThan(u8, 8) != 0) descriptor.offset = ring.pool_offset + descriptor.offset % (ring.pool_size + 64);
            window.storeDescriptor(ring.slots_offset + @as(u32, @intCast(slot)) * 32, descriptor);
        }
        var consumer = ion.Consumer.init(window, ring, .of(.net_transmit), 7);
        var sink: PayloadSink = .{ .window = window, .ring = ring };
        const outcome = consumer.drain(64, &sink, PayloadSink.take);
        try expect(sink.count <= 64);
        if (outcome) |drained| {
            try expect(drained.count == claim);
        } else |_| {
            reasons.insert(consumer.broken.?.reason);
        }
    }
    for ([_]Reason{ .index_distance, .sequence, .kind, .flags, .reserved, .payload }) |reason| try expect(reasons.contains(reason));
}

/// Copies each payload in, as a service would: an offset outside the window would panic.
const PayloadSink = struct {
    window: ion.Window,
    ring: ion.abi.Ring,
    count: u32 = 0,
    buffer: [0x8_0000]u8 = undefined,

    fn take(sink: *PayloadSink, descriptor: ion.abi.Descriptor) error{Protocol}!void {
        sink.count += 1;
        const end = @as(u64, descriptor.offset) + descriptor.length;
        if (descriptor.length > 0) {
            if (descriptor.offset < sink.ring.pool_offset) return error.Protocol;
            if (end > sink.ring.pool_offset + sink.ring.pool_size) @panic("payload outside the pool");
        }
        sink.window.read(descriptor.offset, sink.buffer[0..@min(descriptor.length, 64)]);
    }
};
