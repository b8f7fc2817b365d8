// SPDX-License-Identifier: Apache-2.0
//! The flattened format itself: header, structure tokens, memory reservations (Devicetree Specification v0.4, chapter 5).
//! One decoder serves both the validator, which runs over an untrusted blob, and the readers, which run over a validated one.
const std = @import("std");
const assert = std.debug.assert;

pub const magic: u32 = 0xd00dfeed;
pub const header_size = 40;
/// Version 17 is what dtc has written since 2005; `last_comp_version` 16 says a version 16 reader can read it.
pub const version: u32 = 17;
/// Deeper than any real tree; bounds every walk that needs a stack.
pub const depth_max = 32;

pub const Error = error{
    /// Fewer bytes than a header, or than the header's `totalsize`.
    Truncated,
    /// The first word is not 0xd00dfeed.
    BadMagic,
    /// Older than version 17, or not readable by a version 17 reader.
    UnsupportedVersion,
    /// A block lies outside the blob or is misaligned.
    BadHeader,
    /// An unknown token, a token out of place, or a token that runs past its block.
    BadStructure,
    /// A name without a terminator, or a name offset outside the strings block.
    BadString,
    /// More than `depth_max` nested nodes.
    TooDeep,
    /// The memory reservation block has no terminator.
    BadReservations,
};

/// The ten header words (section 5.2), decoded.
pub const Header = struct {
    magic: u32,
    total_size: u32,
    structure_offset: u32,
    strings_offset: u32,
    reservations_offset: u32,
    version: u32,
    last_compatible_version: u32,
    boot_cpu: u32,
    strings_size: u32,
    structure_size: u32,

    /// Decodes without judging; `bytes` holds at least `header_size` bytes.
    pub fn decode(bytes: []const u8) Header {
        assert(bytes.len >= header_size);
        var header: Header = undefined;
        inline for (comptime std.meta.fieldNames(Header), 0..) |name, index| {
            @field(header, name) = word(bytes, index * 4);
        }
        return header;
    }

    pub fn encode(header: Header, bytes: []u8) void {
        assert(bytes.len >= header_size);
        inline for (comptime std.meta.fieldNames(Header), 0..) |name, index| {
            std.mem.writeInt(u32, bytes[index * 4 ..][0..4], @field(header, name), .big);
        }
    }

    /// Every block inside `total_size`, aligned as section 5.1 asks.
    pub fn check(header: Header, available: usize) Error!void {
        if (header.magic != magic) return error.BadMagic;
        if (header.total_size > available) return error.Truncated;
        if (header.version < version or header.last_compatible_version > version) return error.UnsupportedVersion;
        if (header.structure_offset % 4 != 0 or header.reservations_offset % 8 != 0) return error.BadHeader;
        if (header.structure_size % 4 != 0) return error.BadHeader;
        if (header.reservations_offset < header_size) return error.BadHeader;
        try inside(header.structure_offset, header.structure_size, header.total_size);
        try inside(header.strings_offset, header.strings_size, header.total_size);
        try inside(header.reservations_offset, 16, header.total_size);
        assert(header.total_size >= header_size);
    }

    fn inside(offset: u32, size: u32, total: u32) Error!void {
        if (offset < header_size or offset > total) return error.BadHeader;
        if (size > total - offset) return error.BadHeader;
    }
};

/// The views a decoder needs; offsets in tokens are relative to `structure`.
pub const Blocks = struct {
    structure: []const u8,
    strings: []const u8,
};

pub const Token = union(enum) {
    begin_node: []const u8,
    end_node,
    property: Property,
    nop,
    end,

    pub const Property = struct { name: []const u8, value: []const u8, value_offset: u32 };
};

pub const Decoded = struct { token: Token, next: u32 };

/// Decodes the token at `offset` of the structure block, with every bound checked.
pub fn decode(blocks: Blocks, offset: u32) Error!Decoded {
    const tag = try checkedWord(blocks.structure, offset);
    const body = offset + 4;
    assert(body <= blocks.structure.len);
    return switch (tag) {
        1 => {
            const name = try terminated(blocks.structure, body, error.BadStructure);
            return .{ .token = .{ .begin_node = name }, .next = try aligned(blocks, body, name.len + 1) };
        },
        2 => .{ .token = .end_node, .next = body },
        3 => decodeProperty(blocks, body),
        4 => .{ .token = .nop, .next = body },
        9 => .{ .token = .end, .next = body },
        else => error.BadStructure,
    };
}

fn decodeProperty(blocks: Blocks, body: u32) Error!Decoded {
    const length = try checkedWord(blocks.structure, body);
    const name_offset = try checkedWord(blocks.structure, body + 4);
    const value_offset = body + 8;
    if (length > blocks.structure.len - value_offset) return error.BadStructure;
    const name = try terminated(blocks.strings, name_offset, error.BadString);
    if (name.len == 0) return error.BadString;
    const value = blocks.structure[value_offset..][0..length];
    assert(value.len == length);
    return .{
        .token = .{ .property = .{ .name = name, .value = value, .value_offset = value_offset } },
        .next = try aligned(blocks, value_offset, length),
    };
}

/// Checks the whole structure block once, so that readers need no error path afterwards.
/// Properties must precede child nodes (section 5.4.2) and exactly one root node is allowed.
pub fn validate(blocks: Blocks) Error!void {
    var offset: u32 = 0;
    var depth: u32 = 0;
    var child_seen = false;
    var root_seen = false;
    while (true) {
        const decoded = try decode(blocks, offset);
        assert(decoded.next > offset);
        offset = decoded.next;
        switch (decoded.token) {
            .begin_node => {
                if (depth == 0 and root_seen) return error.BadStructure;
                if (depth == depth_max) return error.TooDeep;
                root_seen = true;
                child_seen = false;
                depth += 1;
            },
            .end_node => {
                if (depth == 0) return error.BadStructure;
                depth -= 1;
                child_seen = true;
            },
            .property => if (depth == 0 or child_seen) return error.BadStructure,
            .nop => {},
            .end => {
                if (depth != 0 or !root_seen) return error.BadStructure;
                return;
            },
        }
    }
}

/// The reservation block ends with a zero pair (section 5.3.2); find it before anyone iterates.
pub fn validateReservations(bytes: []const u8, start: u32) Error!void {
    assert(start % 8 == 0);
    var offset: usize = start;
    while (bytes.len - offset >= 16) : (offset += 16) {
        if (doubleWord(bytes, offset) == 0 and doubleWord(bytes, offset + 8) == 0) return;
    }
    return error.BadReservations;
}

pub fn word(bytes: []const u8, offset: usize) u32 {
    assert(offset + 4 <= bytes.len);
    return std.mem.readInt(u32, bytes[offset..][0..4], .big);
}

pub fn doubleWord(bytes: []const u8, offset: usize) u64 {
    assert(offset + 8 <= bytes.len);
    return std.mem.readInt(u64, bytes[offset..][0..8], .big);
}

fn checkedWord(bytes: []const u8, offset: u32) Error!u32 {
    if (offset > bytes.len or bytes.len - offset < 4) return error.BadStructure;
    return word(bytes, offset);
}

fn aligned(blocks: Blocks, start: u32, length: usize) Error!u32 {
    const end = std.mem.alignForward(usize, start + length, 4);
    if (end > blocks.structure.len) return error.BadStructure;
    assert(end >= start);
    return @intCast(end);
}

fn terminated(bytes: []const u8, start: u32, comptime failure: Error) Error![]const u8 {
    if (start >= bytes.len) return failure;
    const length = std.mem.indexOfScalar(u8, bytes[start..], 0) orelse return failure;
    return bytes[start..][0..length];
}
