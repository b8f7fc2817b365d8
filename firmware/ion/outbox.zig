// SPDX-License-Identifier: Apache-2.0
//! A producer with its payload pool: copy in, push, and take buffers back once the consumer's index has passed them.
const std = @import("std");
const assert = std.debug.assert;
const abi = @import("ion_abi");
const BufferPool = @import("pool.zig").BufferPool;
const Producer = @import("producer.zig").Producer;
const Window = @import("window.zig").Window;

pub const Outbox = struct {
    producer: Producer,
    pool: BufferPool,
    /// The buffer of each slot in flight, 0 for none (no pool starts at offset 0: the header does).
    buffers: [slots_max]u32 = @splat(0),
    /// Slots before this index have given their buffers back.
    reclaimed: u32 = 0,

    pub const slots_max = 256;

    pub const SendError = Producer.PushError || error{
        /// Longer than one buffer.
        TooLong,
        /// All buffers are in flight.
        NoBuffer,
    };

    pub fn init(window: Window, ring: abi.Ring, epoch: u64) Outbox {
        assert(ring.slot_count <= slots_max and ring.pool_offset != 0);
        return .{ .producer = .init(window, ring, epoch), .pool = .init(ring) };
    }

    /// Copies `payload` into a buffer and pushes a descriptor for it; `publish` makes it visible.
    /// `offset`, `length` and `sequence` of `descriptor` are set here.
    pub fn send(outbox: *Outbox, descriptor: abi.Descriptor, payload: []const u8) SendError!void {
        if (payload.len > outbox.pool.buffer_size) return error.TooLong;
        if (outbox.producer.free() == 0 or outbox.pool.free_count == 0) try outbox.reclaim();
        if (outbox.producer.free() == 0) return error.Full;
        var filled = descriptor;
        filled.offset = 0;
        filled.length = @intCast(payload.len);
        if (payload.len > 0) {
            filled.offset = outbox.pool.take() orelse return error.NoBuffer;
            outbox.producer.memory.write(filled.offset, payload);
        }
        const slot = outbox.producer.next;
        outbox.producer.push(filled) catch |failure| {
            if (filled.offset != 0) outbox.pool.give(filled.offset) catch unreachable;
            return failure;
        };
        outbox.buffers[slot % slots_max] = filled.offset;
        assert(outbox.producer.next == slot +% 1);
    }

    /// Reads the consumer's index and frees the buffers it has passed.
    pub fn reclaim(outbox: *Outbox) error{Broken}!void {
        try outbox.producer.refresh();
        while (outbox.reclaimed != outbox.producer.consumed) : (outbox.reclaimed +%= 1) {
            const buffer = outbox.buffers[outbox.reclaimed % slots_max];
            if (buffer != 0) outbox.pool.give(buffer) catch unreachable;
        }
        assert(outbox.pool.inFlight() <= outbox.producer.ring.slot_count);
    }

    pub fn publish(outbox: *Outbox) bool {
        return outbox.producer.publish();
    }
};
