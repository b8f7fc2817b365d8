// SPDX-License-Identifier: Apache-2.0
//! The producing end of a window ring. `Memory` is `Window` in the machine and a model in the exhaustive tests:
//! the same code is what both run.
const std = @import("std");
const assert = std.debug.assert;
const abi = @import("ion_abi");
const fault = @import("fault.zig");
const index_file = @import("index.zig");
const Window = @import("window.zig").Window;

pub const Producer = ProducerOver(Window);

pub fn ProducerOver(comptime Memory: type) type {
    return struct {
        const Self = @This();

        memory: Memory,
        /// A private copy: the window's table is never read again.
        ring: abi.Ring,
        epoch: u64,
        /// Own index as last published. Never read back from the window (R4).
        published: u32 = 0,
        /// Index of the next slot to fill; at most `slot_count` ahead of `consumed`.
        next: u32 = 0,
        /// The consumer's index as last claimed and believed.
        consumed: u32 = 0,
        broken: ?fault.Broken = null,

        pub const PushError = error{
            /// No free slot; `awaitSpace` asks for a doorbell.
            Full,
            /// Closed; `broken` says why.
            Broken,
        };

        /// For a window just seeded: all indices are 0.
        pub fn init(memory: Memory, ring: abi.Ring, epoch: u64) Self {
            assert(std.math.isPowerOfTwo(ring.slot_count));
            assert(ring.slot_size == @sizeOf(abi.Descriptor) and epoch != 0);
            return .{ .memory = memory, .ring = ring, .epoch = epoch };
        }

        /// A new life of the cell: the only way out of `broken` (R12).
        pub fn reopen(self: *Self, epoch: u64) error{SameEpoch}!void {
            if (epoch == self.epoch or epoch == 0) return error.SameEpoch;
            self.* = init(self.memory, self.ring, epoch);
        }

        /// Fills the next slot; the consumer sees it after `publish`. `sequence` is set here.
        pub fn push(self: *Self, descriptor: abi.Descriptor) PushError!void {
            if (self.broken != null) return error.Broken;
            if (self.free() == 0) try self.refresh();
            if (self.free() == 0) return error.Full;
            var stamped = descriptor;
            stamped.sequence = self.next;
            self.memory.storeDescriptor(self.slotOffset(self.next), stamped);
            self.next +%= 1;
            assert(self.distanceInFlight() <= self.ring.slot_count);
        }

        /// Makes everything pushed visible (R2); true when the consumer asked for a doorbell (R9).
        pub fn publish(self: *Self) bool {
            if (self.broken != null or self.next == self.published) return false;
            const old = self.published;
            self.published = self.next;
            self.memory.store(self.ring.producer_offset, self.published, .release);
            // Without the full barrier this store and the load below may swap, and both sides sleep.
            self.memory.fullBarrier();
            const event = self.memory.load(self.ring.consumer_offset + abi.event_index_offset, .monotonic);
            return index_file.passes(event, old, self.published);
        }

        /// Asks for a doorbell once `slots` are free, then looks again: true when they are already, so don't sleep.
        /// Publish first: a consumer cannot free what it has not seen.
        pub fn awaitSpace(self: *Self, slots: u32) error{Broken}!bool {
            assert(slots > 0 and slots <= self.ring.slot_count);
            if (self.broken != null) return error.Broken;
            assert(self.next == self.published);
            const wanted = self.next -% self.ring.slot_count +% slots;
            self.memory.store(self.ring.producer_offset + abi.event_index_offset, wanted -% 1, .monotonic);
            self.memory.fullBarrier();
            try self.refresh();
            return self.free() >= slots;
        }

        /// Reads the consumer's index: a claim, believed only between what it was and what was published (R3).
        pub fn refresh(self: *Self) error{Broken}!void {
            if (self.broken != null) return error.Broken;
            const claim = self.memory.load(self.ring.consumer_offset, .acquire);
            const advance = index_file.distance(claim, self.consumed);
            if (advance > index_file.distance(self.published, self.consumed)) {
                const beyond = index_file.distance(claim, self.published) <= self.ring.slot_count;
                return self.fail(.{
                    .reason = if (beyond) .index_distance else .index_retreat,
                    .own_index = self.published,
                    .claim = claim,
                });
            }
            self.consumed = claim;
        }

        /// Slots free as far as known without reading the window.
        pub fn free(self: *const Self) u32 {
            return self.ring.slot_count - self.distanceInFlight();
        }

        /// Closes the ring for a reason its service found.
        pub fn fail(self: *Self, why: fault.Broken) error{Broken} {
            if (self.broken == null) self.broken = why;
            assert(self.broken != null);
            return error.Broken;
        }

        fn distanceInFlight(self: *const Self) u32 {
            const in_flight = index_file.distance(self.next, self.consumed);
            assert(in_flight <= self.ring.slot_count);
            return in_flight;
        }

        fn slotOffset(self: *const Self, index: u32) u32 {
            return index_file.slotOffset(self.ring.slots_offset, self.ring.slot_count, self.ring.slot_size, index);
        }
    };
}
