// SPDX-License-Identifier: Apache-2.0
//! The kernel-internal ring: single producer, single consumer, both trusted. `head`, `tail`, `mask`, 256 slots, one kept free
//! so that equal indices mean empty.
const std = @import("std");
const assert = std.debug.assert;
const packet = @import("packet.zig");

pub const slot_count = 256;
pub const capacity = slot_count - 1;

pub fn NativeRing(comptime T: type) type {
    return extern struct {
        const Self = @This();

        /// Next slot to fill; written by the producer only.
        head: u32 = 0,
        /// Next slot to take; written by the consumer only.
        tail: u32 = 0,
        mask: u32 = slot_count - 1,
        data: [slot_count]T = undefined,

        /// Empties a ring in place, without an image of it in the binary. For its owner, while neither side uses it.
        pub fn clear(ring: *Self) void {
            ring.head = 0;
            ring.tail = 0;
            ring.mask = slot_count - 1;
        }

        /// False when full.
        pub fn push(ring: *Self, item: T) bool {
            const head = @atomicLoad(u32, &ring.head, .monotonic);
            assert(head < slot_count and ring.mask == slot_count - 1);
            const following = (head + 1) & ring.mask;
            // Acquire: the consumer has finished with the slot before it is overwritten.
            if (following == @atomicLoad(u32, &ring.tail, .acquire)) return false;
            ring.data[head] = item;
            @atomicStore(u32, &ring.head, following, .release);
            return true;
        }

        /// Null when empty.
        pub fn pop(ring: *Self) ?T {
            const tail = @atomicLoad(u32, &ring.tail, .monotonic);
            assert(tail < slot_count and ring.mask == slot_count - 1);
            if (tail == @atomicLoad(u32, &ring.head, .acquire)) return null;
            const item = ring.data[tail];
            @atomicStore(u32, &ring.tail, (tail + 1) & ring.mask, .release);
            return item;
        }

        /// Items in the ring; exact only for a side whose peer stands still.
        pub fn len(ring: *const Self) u32 {
            const head = @atomicLoad(u32, &ring.head, .acquire);
            const tail = @atomicLoad(u32, &ring.tail, .acquire);
            return (head -% tail) & ring.mask;
        }
    };
}

comptime {
    assert(@sizeOf(NativeRing(packet.IonPacket)) == 16 + slot_count * 24);
    assert(@sizeOf(NativeRing(packet.CmdPacket)) == 16 + slot_count * 32);
    assert(@offsetOf(NativeRing(packet.IonPacket), "data") == 16);
}
