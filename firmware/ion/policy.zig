// SPDX-License-Identifier: Apache-2.0
//! What a descriptor may say on one ring. It judges a private copy; nothing here sees the window.
const std = @import("std");
const assert = std.debug.assert;
const abi = @import("ion_abi");
const fault = @import("fault.zig");
const TagSet = @import("tags.zig").TagSet;

/// How a ring's descriptors use tags (R5: a tag is in flight exactly once).
pub const Tags = union(enum) {
    /// Tags carry no meaning.
    free,
    /// Each descriptor opens its tag; it must not be open.
    opens: *TagSet,
    /// Each descriptor closes its tag; it must be open.
    closes: *TagSet,
};

pub const Policy = struct {
    pool_offset: u32,
    pool_size: u32,
    kinds: []const u16,
    flags: u16 = abi.descriptor_flags_known,
    /// Longest payload in bytes.
    length_max: u32,
    tags: Tags = .free,

    /// The policy that the ABI gives ring `index` of the reference layout.
    pub fn of(index: abi.RingIndex) Policy {
        const ring = abi.rings[@backingInt(index)];
        return .{
            .pool_offset = ring.pool_offset,
            .pool_size = ring.pool_size,
            .kinds = abi.ring_kinds[@backingInt(index)],
            // A payload may span neighbouring buffers.
            .length_max = ring.pool_size,
        };
    }

    /// The first thing wrong with `descriptor` in the slot of free-running `index`. Opens or closes its tag when all is right.
    pub fn judge(policy: Policy, descriptor: abi.Descriptor, index: u32) ?fault.Reason {
        assert(policy.kinds.len > 0);
        assert(policy.length_max <= policy.pool_size);
        if (descriptor.sequence != index) return .sequence;
        if (std.mem.indexOfScalar(u16, policy.kinds, descriptor.kind) == null) return .kind;
        if (descriptor.flags & ~policy.flags != 0) return .flags;
        if (descriptor.reserved != 0) return .reserved;
        if (!policy.payloadFits(descriptor)) return .payload;
        return switch (policy.tags) {
            .free => null,
            .opens => |set| if (set.open(descriptor.tag)) null else .tag_in_flight,
            .closes => |set| if (set.close(descriptor.tag)) null else .tag_unknown,
        };
    }

    fn payloadFits(policy: Policy, descriptor: abi.Descriptor) bool {
        if (descriptor.length == 0) return descriptor.offset == 0;
        if (descriptor.length > policy.length_max) return false;
        if (descriptor.offset < policy.pool_offset) return false;
        const within = descriptor.offset - policy.pool_offset;
        // Subtractions only: offset + length could wrap.
        return within <= policy.pool_size and descriptor.length <= policy.pool_size - within;
    }
};
