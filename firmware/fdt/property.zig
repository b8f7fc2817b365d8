// SPDX-License-Identifier: Apache-2.0
//! One property and its usual value types (Devicetree Specification v0.4, section 2.2.4).
const std = @import("std");
const assert = std.debug.assert;
const structure = @import("structure.zig");

pub const ValueError = error{
    /// The value's length is not the type's.
    WrongLength,
    /// A string without its terminator, or with more than one string where one is expected.
    NotAString,
};

pub const Property = struct {
    name: []const u8,
    value: []const u8,

    pub fn asU32(property: Property) ValueError!u32 {
        if (property.value.len != 4) return error.WrongLength;
        return structure.word(property.value, 0);
    }

    pub fn asU64(property: Property) ValueError!u64 {
        if (property.value.len != 8) return error.WrongLength;
        return structure.doubleWord(property.value, 0);
    }

    /// A <u32> or a <u64>, as linux,initrd-start may be either.
    pub fn asNumber(property: Property) ValueError!u64 {
        return if (property.value.len == 4) try property.asU32() else property.asU64();
    }

    /// Exactly one NUL-terminated string, without its terminator.
    pub fn asString(property: Property) ValueError![]const u8 {
        const end = std.mem.indexOfScalar(u8, property.value, 0) orelse return error.NotAString;
        if (end + 1 != property.value.len) return error.NotAString;
        return property.value[0..end];
    }

    /// The strings of a stringlist; an unterminated rest is not returned.
    pub fn strings(property: Property) StringIterator {
        return .{ .rest = property.value };
    }

    pub fn cellCount(property: Property) ValueError!usize {
        if (property.value.len % 4 != 0) return error.WrongLength;
        return property.value.len / 4;
    }

    /// Cell `index`; null past the end.
    pub fn cell(property: Property, index: usize) ?u32 {
        if (index >= property.value.len / 4) return null;
        return structure.word(property.value, index * 4);
    }

    /// `count` (1 or 2) cells from cell `index`, as one big-endian number; null past the end.
    pub fn number(property: Property, index: usize, count: usize) ?u64 {
        assert(count == 1 or count == 2);
        const high = property.cell(index) orelse return null;
        if (count == 1) return high;
        const low = property.cell(index + 1) orelse return null;
        return @as(u64, high) << 32 | low;
    }
};

pub const StringIterator = struct {
    rest: []const u8,

    pub fn next(iterator: *StringIterator) ?[]const u8 {
        const end = std.mem.indexOfScalar(u8, iterator.rest, 0) orelse return null;
        const string = iterator.rest[0..end];
        iterator.rest = iterator.rest[end + 1 ..];
        assert(std.mem.indexOfScalar(u8, string, 0) == null);
        return string;
    }
};
