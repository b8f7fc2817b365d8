// SPDX-License-Identifier: Apache-2.0
//! Which tags are in flight.
const std = @import("std");
const assert = std.debug.assert;

pub const tags_max = 1024;

pub const TagSet = struct {
    bits: std.StaticBitSet(tags_max) = .empty,
    /// Tags in use are 0 .. limit-1.
    limit: u32 = tags_max,

    pub fn init(limit: u32) TagSet {
        assert(limit > 0 and limit <= tags_max);
        return .{ .limit = limit };
    }

    /// False when the tag is out of range or open already.
    pub fn open(set: *TagSet, tag: u32) bool {
        if (tag >= set.limit or set.bits.isSet(tag)) return false;
        set.bits.set(tag);
        return true;
    }

    /// False when the tag is out of range or not open.
    pub fn close(set: *TagSet, tag: u32) bool {
        if (tag >= set.limit or !set.bits.isSet(tag)) return false;
        set.bits.unset(tag);
        return true;
    }

    pub fn count(set: *const TagSet) usize {
        return set.bits.count();
    }

    /// A new epoch: nothing is in flight.
    pub fn clear(set: *TagSet) void {
        set.bits = .empty;
        assert(set.count() == 0);
    }
};
