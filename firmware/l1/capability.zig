// SPDX-License-Identifier: Apache-2.0
//! Capabilities and the space a fiber keeps them in.

const std = @import("std");

/// What a capability names.
pub const Kind = enum(u8) {
    null = 0,
    /// A fiber or cell.
    entity = 1,
    /// A ring or a valve, by its channel id.
    channel = 2,
    /// Physical memory; bounds are addresses.
    memory = 3,
    interrupt = 4,
    time = 5,
    entropy = 6,
};

pub const Permissions = packed struct(u8) {
    read: bool = false,
    write: bool = false,
    execute: bool = false,
    map: bool = false,
    delegate: bool = false,
    revoke: bool = false,
    copy: bool = false,
    spawn: bool = false,

    pub const none: Permissions = .{};

    pub fn contains(have: Permissions, wanted: Permissions) bool {
        return toBits(wanted) & ~toBits(have) == 0;
    }

    pub fn without(have: Permissions, taken: Permissions) Permissions {
        return @bitCast(toBits(have) & ~toBits(taken));
    }

    fn toBits(permissions: Permissions) u8 {
        return @bitCast(permissions);
    }
};

/// The name of a thing authority can be had over, unique within its kind.
pub const ObjectId = enum(u64) { _ };

/// A half-open range [start, end) in the object's own unit: sectors for a block
/// channel, bytes for memory, packets or bytes not counted (`everything`) for others.
pub const Bounds = extern struct {
    start: u64,
    end: u64,

    pub const everything: Bounds = .{ .start = 0, .end = std.math.maxInt(u64) };

    pub fn isEmpty(bounds: Bounds) bool {
        return bounds.start >= bounds.end;
    }

    pub fn contains(outer: Bounds, inner: Bounds) bool {
        return !inner.isEmpty() and inner.start >= outer.start and inner.end <= outer.end;
    }
};

/// One slot, 32 bytes. `depth` and `epoch` lie where the published layout has a
/// reserved u16 and four bytes of padding; every published field keeps its offset.
pub const Capability = extern struct {
    kind: Kind,
    permissions: Permissions,
    /// How many delegations lie between this and the kernel's own grant.
    depth: u8,
    reserved: u8 = 0,
    /// The revocation clock's reading when this authority was given.
    epoch: u32,
    object: ObjectId,
    bounds: Bounds,

    comptime {
        std.debug.assert(@sizeOf(Capability) == 32);
        std.debug.assert(@offsetOf(Capability, "object") == 8);
        std.debug.assert(@offsetOf(Capability, "bounds") == 16);
    }
};

pub const slot_count = 64;

pub const Slot = enum(u6) {
    _,

    pub fn index(slot: Slot) usize {
        return @backingInt(slot);
    }
};

/// A fiber's authority: 64 slots, all empty at birth, and the epoch before which
/// nothing in it counts.
pub const CSpace = extern struct {
    slots: [slot_count]Capability,
    epoch: u32,

    /// All bytes zero: every slot of kind null, and no age.
    pub fn clear(space: *CSpace) void {
        @memset(std.mem.asBytes(space), 0);
    }
};
