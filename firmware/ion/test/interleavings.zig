// SPDX-License-Identifier: Apache-2.0
//! The real producer and consumer on every execution of a weakly ordered memory (weak_memory.zig): nothing is lost, duplicated,
//! torn or reordered, and nobody sleeps for ever. Then each ordering of the code is taken away, and the walk must notice.
const std = @import("std");
const ion = @import("ion");
const model = @import("weak_memory.zig");
const expect = std.testing.expect;
const expectError = std.testing.expectError;

const Producer = ion.ProducerOver(model.Memory);
const Consumer = ion.ConsumerOver(model.Memory);

fn ringOf(slot_count: u32) ion.abi.Ring {
    var ring = std.mem.zeroes(ion.abi.Ring);
    ring.slot_count = slot_count;
    ring.slot_size = @sizeOf(ion.abi.Descriptor);
    ring.producer_offset = model.producer_offset;
    ring.consumer_offset = model.consumer_offset;
    ring.slots_offset = model.slots_offset;
    return ring;
}

fn descriptorOf(number: u32) ion.abi.Descriptor {
    var descriptor = std.mem.zeroes(ion.abi.Descriptor);
    descriptor.kind = 1;
    descriptor.tag = 100 + number;
    descriptor.argument = 200 + number;
    return descriptor;
}

const policy: ion.Policy = .{ .pool_offset = 64, .pool_size = 64, .kinds = &.{1}, .length_max = 64 };

/// Sends `items`, `batch` at a time, sleeping for space when the ring is full.
fn Sender(comptime slots: u32, comptime items: u32, comptime batch: u32) type {
    return struct {
        fn program(memory: model.Memory) error{Violation}!void {
            var producer = Producer.init(memory, ringOf(slots), 1);
            for (0..items) |number| {
                while (true) {
                    const outcome = producer.push(descriptorOf(@intCast(number)));
                    if (memory.paused()) return;
                    outcome catch |failure| {
                        if (failure == error.Broken) return error.Violation;
                        try publish(&producer, memory);
                        if (memory.paused()) return;
                        const ready = producer.awaitSpace(1) catch return error.Violation;
                        if (memory.paused()) return;
                        if (!ready) memory.sleep();
                        if (memory.paused()) return;
                        continue;
                    };
                    break;
                }
                if (number % batch == batch - 1 or number == items - 1) try publish(&producer, memory);
                if (memory.paused()) return;
            }
        }

        fn publish(producer: *Producer, memory: model.Memory) error{Violation}!void {
            const wanted = producer.publish();
            if (memory.paused()) return;
            if (producer.broken != null) return error.Violation;
            if (wanted) memory.doorbell();
        }
    };
}

/// Receives `items` one by one, sleeping when there is nothing. `recheck` false forgets to look again after arming.
fn Receiver(comptime slots: u32, comptime items: u32, comptime recheck: bool) type {
    return struct {
        fn program(memory: model.Memory) error{Violation}!void {
            var consumer = Consumer.init(memory, ringOf(slots), policy, 1);
            var received: u32 = 0;
            while (received < items) {
                const outcome = consumer.next();
                if (memory.paused()) return;
                if (outcome catch return error.Violation) |descriptor| {
                    if (descriptor.tag != 100 + received or descriptor.argument != 200 + received) return error.Violation;
                    received += 1;
                    const wanted = consumer.release();
                    if (memory.paused()) return;
                    if (wanted) memory.doorbell();
                } else {
                    const armed = consumer.arm();
                    if (memory.paused()) return;
                    const ready = armed catch return error.Violation;
                    if (!ready or !recheck) memory.sleep();
                }
                if (memory.paused()) return;
            }
            // Nothing may be there that was not sent.
            const extra = consumer.next();
            if (memory.paused()) return;
            if ((extra catch return error.Violation) != null) return error.Violation;
        }
    };
}

fn walk(programs: [2]model.Program, weakness: model.Weakness) model.Finding!model.Walk {
    var result: model.Walk = .{ .programs = programs, .weakness = weakness };
    defer result.deinit();
    try result.run();
    return result;
}

/// A walk without a finding is only worth something when it went far.
fn expectSafe(programs: [2]model.Program, states_min: usize) !void {
    const result = try walk(programs, .none);
    try expect(result.states >= states_min and result.finished >= states_min / 100);
}

test "one slot: each item waits for the one before" {
    try expectSafe(.{ Sender(1, 2, 1).program, Receiver(1, 2, true).program }, 10_000);
}

test "two slots, wrapping round" {
    try expectSafe(.{ Sender(2, 3, 1).program, Receiver(2, 3, true).program }, 200_000);
}

test "two slots, published in pairs" {
    try expectSafe(.{ Sender(2, 4, 2).program, Receiver(2, 4, true).program }, 1_500_000);
}

/// Some execution goes wrong.
fn expectFound(weakness: model.Weakness, comptime recheck: bool) !void {
    const outcome = walk(.{ Sender(2, 3, 1).program, Receiver(2, 3, recheck).program }, weakness);
    if (outcome) |_| return error.WeaknessNotFound else |failure| switch (failure) {
        error.Violation, error.LostDoorbell => {},
        else => |other| return other,
    }
}

test "without the barrier in publish a doorbell is lost" {
    try expectError(error.LostDoorbell, walk(.{ Sender(1, 1, 1).program, Receiver(1, 1, true).program }, .no_barrier_in_publish));
}

test "without the barrier in arm a doorbell is lost" {
    try expectError(error.LostDoorbell, walk(.{ Sender(1, 1, 1).program, Receiver(1, 1, true).program }, .no_barrier_in_arm));
}

test "without the second look a doorbell is lost" {
    try expectError(error.LostDoorbell, walk(.{ Sender(1, 1, 1).program, Receiver(1, 1, false).program }, .none));
}

test "an event index off by one loses a doorbell" {
    try expectError(error.LostDoorbell, walk(.{ Sender(1, 1, 1).program, Receiver(1, 1, true).program }, .event_off_by_one));
}

test "a relaxed index store shows an unfinished slot" {
    try expectError(error.Violation, walk(.{ Sender(1, 1, 1).program, Receiver(1, 1, true).program }, .release_relaxed));
}

test "a relaxed index load shows an old slot" {
    try expectError(error.Violation, walk(.{ Sender(1, 1, 1).program, Receiver(1, 1, true).program }, .acquire_relaxed));
}

test "a slot given back with a relaxed store may still be in use" {
    try expectError(error.Violation, walk(.{ Sender(1, 2, 1).program, Receiver(1, 2, true).program }, .consumer_release_relaxed));
}

test "a slot taken back with a relaxed load may still be in use" {
    try expectError(error.Violation, walk(.{ Sender(1, 2, 1).program, Receiver(1, 2, true).program }, .producer_acquire_relaxed));
}

test "the weaknesses show with several items as well" {
    for (std.enums.values(model.Weakness)) |weakness| {
        if (weakness != .none) try expectFound(weakness, true);
    }
    try expectFound(.none, false);
}
