// SPDX-License-Identifier: Apache-2.0
//! Arithmetic of free-running u32 indices (R1). All of it wraps; nothing here compares two indices with `<`.
const std = @import("std");
const assert = std.debug.assert;

/// Slots between two indices, `later` being ahead.
pub fn distance(later: u32, earlier: u32) u32 {
    return later -% earlier;
}

/// Whether moving an own index from `old` to `new` passes the peer's event index, so that a doorbell is due.
/// Virtio's rule (virtio 1.2, 2.7.10): at most one doorbell for each event index the peer writes.
pub fn passes(event: u32, old: u32, new: u32) bool {
    return distance(new -% 1, event) < distance(new, old);
}

/// The window offset of the slot for a free-running index.
pub fn slotOffset(slots_offset: u32, slot_count: u32, slot_size: u32, index: u32) u32 {
    assert(std.math.isPowerOfTwo(slot_count));
    return slots_offset + (index & (slot_count - 1)) * slot_size;
}
