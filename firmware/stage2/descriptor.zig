// SPDX-License-Identifier: Apache-2.0
//! Stage-2 descriptors, 4 KiB granule (Arm ARM D8.3.1, D8.3.2): bits only, no policy.
const std = @import("std");
const assert = std.debug.assert;
const address = @import("address.zig");
const plan = @import("plan.zig");
const Pa = address.Pa;

pub const entries_per_table = 512;
pub const Table = extern struct {
    entries: [entries_per_table]u64 align(address.page_size),

    comptime {
        assert(@sizeOf(Table) == address.page_size);
    }
};

/// The level at which a leaf stands: 1 GiB, 2 MiB or 4 KiB.
pub const Level = enum(u2) {
    one = 1,
    two = 2,
    three = 3,

    pub fn size(level: Level) u64 {
        return switch (level) {
            .one => address.block_size_1g,
            .two => address.block_size_2m,
            .three => address.page_size,
        };
    }

    pub fn below(level: Level) Level {
        assert(level != .three);
        return if (level == .one) .two else .three;
    }

    /// The entry index of an IPA in a table of this level.
    pub fn index(level: Level, ipa: address.Ipa) usize {
        const result = (ipa.raw() / level.size()) % entries_per_table;
        assert(ipa.raw() < plan.ipa_limit);
        return @intCast(result);
    }
};

/// MemAttr[3:0] without FEAT_S2FWB: 0b1111 Normal inner and outer Write-Back, 0b0001 Device-nGnRE.
const MemAttr = enum(u4) { device_ngnre = 0b0001, normal_wb = 0b1111 };
const Shareability = enum(u2) { non = 0, outer = 2, inner = 3 };
/// S2AP[1:0].
const S2Ap = enum(u2) { none = 0, read = 1, write = 2, read_write = 3 };

const Leaf = packed struct(u64) {
    valid: bool = true,
    /// 1 for a level 3 page, 0 for a block.
    page: bool,
    mem_attr: MemAttr,
    s2ap: S2Ap,
    shareability: Shareability,
    /// Set: without it the first access is an access flag fault.
    access_flag: bool = true,
    reserved_11: u1 = 0,
    output: u36,
    reserved_48: u5 = 0,
    /// XN[0], which FEAT_XNX gives a meaning of its own, stays 0: bit 54 alone denies EL1 and EL0.
    xn_0: u1 = 0,
    execute_never: bool,
    reserved_55: u9 = 0,
};

/// The attributes of a leaf, apart from where it points.
pub const Attributes = struct {
    memory: plan.Memory,
    /// `ro` or `rw`; an access of `none` has no descriptor.
    access: plan.Access,
    execute: bool,

    pub fn of(range: plan.Range) Attributes {
        assert(range.access != .none);
        assert(range.memory == .normal or !range.execute);
        return .{ .memory = range.memory, .access = range.access, .execute = range.execute };
    }
};

pub fn leaf(level: Level, pa: Pa, attributes: Attributes) u64 {
    assert(pa.isAligned(level.size()));
    assert(pa.raw() < 1 << 48);
    const descriptor: Leaf = .{
        .page = level == .three,
        .mem_attr = if (attributes.memory == .normal) .normal_wb else .device_ngnre,
        .s2ap = switch (attributes.access) {
            .none => unreachable,
            .ro => .read,
            .rw => .read_write,
        },
        // Ignored for Device memory, which is always treated as Outer Shareable (D8.6.2).
        .shareability = if (attributes.memory == .normal) .inner else .non,
        .output = @intCast(pa.raw() >> 12),
        .execute_never = !attributes.execute,
    };
    return @bitCast(descriptor);
}

pub fn table(pa: Pa) u64 {
    assert(pa.isAligned(address.page_size));
    assert(pa.raw() < 1 << 48);
    return pa.raw() | 0b11;
}

pub const Kind = enum { invalid, table, leaf };

pub fn kind(level: Level, descriptor: u64) Kind {
    if (descriptor & 1 == 0) return .invalid;
    const bit1 = descriptor & 2 != 0;
    if (level == .three) return if (bit1) .leaf else .invalid;
    return if (bit1) .table else .leaf;
}

/// The output or next-table address of a valid descriptor.
pub fn target(descriptor: u64) Pa {
    assert(descriptor & 1 == 1);
    return Pa.from(descriptor & 0x0000_ffff_ffff_f000);
}

/// The same leaf attributes one level further down, pointing `offset` bytes further on: what splitting a block writes.
pub fn splitChild(level: Level, descriptor: u64, offset: u64) u64 {
    assert(level != .three and kind(level, descriptor) == .leaf);
    assert(offset < level.size() and offset % level.below().size() == 0);
    const page_bit: u64 = if (level.below() == .three) 2 else 0;
    return (descriptor + offset) | page_bit;
}

comptime {
    const normal: Attributes = .{ .memory = .normal, .access = .rw, .execute = true };
    const device: Attributes = .{ .memory = .device, .access = .rw, .execute = false };
    const window: Attributes = .{ .memory = .normal, .access = .ro, .execute = false };
    assert(leaf(.two, Pa.from(0x4800_0000), normal) == 0x4800_07fd);
    assert(leaf(.three, Pa.from(0x0900_0000), device) == 0x0040_0000_0900_04c7);
    assert(leaf(.three, Pa.from(0x5f00_0000), window) == 0x0040_0000_5f00_077f);
    assert(table(Pa.from(0x4010_0000)) == 0x4010_0003);
}
