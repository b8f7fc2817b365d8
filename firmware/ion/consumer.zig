// SPDX-License-Identifier: Apache-2.0
//! The consuming end of a window ring; see producer.zig for `Memory`.
const std = @import("std");
const assert = std.debug.assert;
const abi = @import("ion_abi");
const fault = @import("fault.zig");
const index_file = @import("index.zig");
const Policy = @import("policy.zig").Policy;
const Window = @import("window.zig").Window;

pub const Consumer = ConsumerOver(Window);

pub fn ConsumerOver(comptime Memory: type) type {
    return struct {
        const Self = @This();

        memory: Memory,
        ring: abi.Ring,
        policy: Policy,
        epoch: u64,
        /// Own index: the next slot to take. Never read back from the window (R4).
        consumed: u32 = 0,
        /// Own index as last published.
        released: u32 = 0,
        /// The producer's index as last claimed and believed.
        produced: u32 = 0,
        broken: ?fault.Broken = null,

        /// For a window just seeded: all indices are 0.
        pub fn init(memory: Memory, ring: abi.Ring, policy: Policy, epoch: u64) Self {
            assert(std.math.isPowerOfTwo(ring.slot_count));
            assert(ring.slot_size == @sizeOf(abi.Descriptor) and epoch != 0);
            return .{ .memory = memory, .ring = ring, .policy = policy, .epoch = epoch };
        }

        /// A new life of the cell: the only way out of `broken` (R12). Clear the policy's tags as well.
        pub fn reopen(self: *Self, epoch: u64) error{SameEpoch}!void {
            if (epoch == self.epoch or epoch == 0) return error.SameEpoch;
            self.* = init(self.memory, self.ring, self.policy, epoch);
        }

        /// Takes one descriptor: copied once, judged, then returned (R5). Null when nothing is there.
        /// The slot stays the consumer's until `release`.
        pub fn next(self: *Self) error{Broken}!?abi.Descriptor {
            if (self.broken != null) return error.Broken;
            if (self.known() == 0) try self.refresh();
            if (self.known() == 0) return null;
            const descriptor = self.memory.loadDescriptor(self.slotOffset(self.consumed));
            if (self.policy.judge(descriptor, self.consumed)) |reason| {
                return self.fail(.{ .reason = reason, .own_index = self.consumed, .descriptor = descriptor });
            }
            self.consumed +%= 1;
            return descriptor;
        }

        /// Gives the taken slots back; true when the producer asked for a doorbell (R9).
        pub fn release(self: *Self) bool {
            if (self.broken != null or self.consumed == self.released) return false;
            const old = self.released;
            self.released = self.consumed;
            self.memory.store(self.ring.consumer_offset, self.released, .release);
            self.memory.fullBarrier();
            const event = self.memory.load(self.ring.producer_offset + abi.event_index_offset, .monotonic);
            return index_file.passes(event, old, self.released);
        }

        /// Asks for a doorbell at the next descriptor, then looks again: true when one is there already, so don't sleep.
        pub fn arm(self: *Self) error{Broken}!bool {
            if (self.broken != null) return error.Broken;
            self.memory.store(self.ring.consumer_offset + abi.event_index_offset, self.consumed, .monotonic);
            // Without the full barrier this store and the load below may swap, and both sides sleep.
            self.memory.fullBarrier();
            try self.refresh();
            return self.known() > 0;
        }

        pub const Drained = struct {
            count: u32,
            /// The budget ran out with descriptors left.
            more: bool,
            /// Ring the producer: it waits for space.
            doorbell: bool,
        };

        /// Takes at most `budget` descriptors, gives each to `handler(context, descriptor)`, and releases them in one go:
        /// the work is bounded whatever the peer does (R8). A handler error closes the ring.
        pub fn drain(
            self: *Self,
            budget: u32,
            context: anytype,
            comptime handler: fn (@TypeOf(context), abi.Descriptor) error{Protocol}!void,
        ) error{Broken}!Drained {
            assert(budget > 0);
            var count: u32 = 0;
            while (count < budget) : (count += 1) {
                const descriptor = try self.next() orelse break;
                handler(context, descriptor) catch return self.fail(.{
                    .reason = .protocol,
                    .own_index = self.consumed -% 1,
                    .descriptor = descriptor,
                });
            }
            const doorbell = self.release();
            assert(count <= budget);
            return .{ .count = count, .more = count == budget and self.known() > 0, .doorbell = doorbell };
        }

        /// Reads the producer's index: a claim, believed only from what it was up to a full ring (R3).
        pub fn refresh(self: *Self) error{Broken}!void {
            if (self.broken != null) return error.Broken;
            const claim = self.memory.load(self.ring.producer_offset, .acquire);
            const advance = index_file.distance(claim, self.produced);
            const room = self.ring.slot_count - index_file.distance(self.produced, self.released);
            if (advance > room) {
                const ahead = index_file.distance(claim, self.released) <= 1 << 31;
                return self.fail(.{
                    .reason = if (ahead) .index_distance else .index_retreat,
                    .own_index = self.consumed,
                    .claim = claim,
                });
            }
            self.produced = claim;
        }

        /// Descriptors there as far as known without reading the window.
        pub fn known(self: *const Self) u32 {
            const count = index_file.distance(self.produced, self.consumed);
            assert(count <= self.ring.slot_count);
            return count;
        }

        /// Closes the ring; only the first reason is kept.
        pub fn fail(self: *Self, why: fault.Broken) error{Broken} {
            if (self.broken == null) self.broken = why;
            assert(self.broken != null);
            return error.Broken;
        }

        fn slotOffset(self: *const Self, index: u32) u32 {
            return index_file.slotOffset(self.ring.slots_offset, self.ring.slot_count, self.ring.slot_size, index);
        }
    };
}
