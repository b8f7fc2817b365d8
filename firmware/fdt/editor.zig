// SPDX-License-Identifier: Apache-2.0
//! Changing a device tree in place: properties set, inserted or removed, nodes added, all inside a caller's buffer.
//! Every operation names its node by path, because an edit moves what lies behind it; a failed operation changes nothing.
const std = @import("std");
const assert = std.debug.assert;
const structure = @import("structure.zig");
const tree_file = @import("tree.zig");
const cells = @import("cells.zig");
const Tree = tree_file.Tree;
const Node = tree_file.Node;

pub const EditError = error{
    /// No node at the given path.
    NoSuchNode,
    /// No property of that name (for operations that need one).
    NoSuchProperty,
    /// A same-length operation got a value of another length.
    WrongLength,
    /// A child of that name exists.
    NodeExists,
    /// A name that a flattened tree cannot hold: empty, with NUL or '/', or over 255 bytes.
    BadName,
    /// The edit does not fit into the buffer.
    NoSpace,
    /// The blocks are not in the order reservations, structure, strings, which in-place growth needs.
    UnsupportedLayout,
    /// A cell count or an address that `reg` cannot hold.
    BadRegion,
};

pub const Editor = struct {
    /// The blob at its start, spare space behind it.
    buffer: []u8,
    header: structure.Header,

    /// Takes over a buffer whose start holds a blob; `buffer.len` is the size it may grow to.
    pub fn open(buffer: []u8) (structure.Error || EditError)!Editor {
        _ = try Tree.parse(buffer);
        const header = structure.Header.decode(buffer);
        const structure_end = header.structure_offset + header.structure_size;
        if (header.reservations_offset >= header.structure_offset) return error.UnsupportedLayout;
        if (structure_end > header.strings_offset) return error.UnsupportedLayout;
        assert(buffer.len >= header.total_size);
        return .{ .buffer = buffer, .header = header };
    }

    /// The tree as it is now; any later edit invalidates it and everything read from it.
    pub fn tree(editor: *const Editor) Tree {
        const header = editor.header;
        return .{
            .bytes = editor.buffer[0..header.total_size],
            .blocks = editor.blocks(),
            .reservations_offset = header.reservations_offset,
        };
    }

    pub fn totalSize(editor: *const Editor) usize {
        assert(editor.header.total_size <= editor.buffer.len);
        return editor.header.total_size;
    }

    /// Overwrites an existing value of the same length; nothing moves.
    pub fn patchProperty(editor: *Editor, path: []const u8, name: []const u8, value: []const u8) EditError!void {
        const node = try editor.nodeAt(path);
        const found = editor.findProperty(node, name) orelse return error.NoSuchProperty;
        if (found.value.len != value.len) return error.WrongLength;
        const start = editor.header.structure_offset + found.value_offset;
        @memcpy(editor.buffer[start..][0..value.len], value);
    }

    /// Sets a property, replacing its value or adding it as the node's first.
    pub fn setProperty(editor: *Editor, path: []const u8, name: []const u8, value: []const u8) EditError!void {
        if (!validName(name)) return error.BadName;
        assert(!overlapping(editor.buffer, value));
        const node = try editor.nodeAt(path);
        if (editor.findProperty(node, name)) |found| {
            const old_size = padded(found.value.len);
            const new_size = padded(value.len);
            try editor.resize(found.value_offset, old_size, new_size);
            editor.writeWord(found.value_offset - 8, @intCast(value.len));
            editor.writePadded(found.value_offset, value);
            return;
        }
        const name_offset = try editor.internName(name, 12 + padded(value.len));
        const place = tree_file.step(editor.blocks(), node.offset).next;
        try editor.resize(place, 0, 12 + padded(value.len));
        editor.writeWord(place, 3);
        editor.writeWord(place + 4, @intCast(value.len));
        editor.writeWord(place + 8, name_offset);
        editor.writePadded(place + 12, value);
    }

    pub fn setU32(editor: *Editor, path: []const u8, name: []const u8, value: u32) EditError!void {
        var bytes: [4]u8 = undefined;
        std.mem.writeInt(u32, &bytes, value, .big);
        return editor.setProperty(path, name, &bytes);
    }

    pub fn setU64(editor: *Editor, path: []const u8, name: []const u8, value: u64) EditError!void {
        var bytes: [8]u8 = undefined;
        std.mem.writeInt(u64, &bytes, value, .big);
        return editor.setProperty(path, name, &bytes);
    }

    /// Writes text and its terminator; `text` is at most 4095 bytes and has no NUL.
    pub fn setString(editor: *Editor, path: []const u8, name: []const u8, text: []const u8) EditError!void {
        var bytes: [4096]u8 = undefined;
        if (text.len >= bytes.len) return error.NoSpace;
        assert(std.mem.indexOfScalar(u8, text, 0) == null);
        @memcpy(bytes[0..text.len], text);
        bytes[text.len] = 0;
        return editor.setProperty(path, name, bytes[0 .. text.len + 1]);
    }

    /// Sets `reg` to one region, encoded by the parent's cell counts.
    pub fn setRegion(editor: *Editor, path: []const u8, region: cells.Region) EditError!void {
        const node = try editor.nodeAt(path);
        const parent = node.parent() orelse return error.BadRegion;
        const counts = cells.childCounts(parent) catch return error.BadRegion;
        var bytes: [16]u8 = undefined;
        const address_end = try encodeCells(&bytes, 0, counts.address, region.address);
        const end = try encodeCells(&bytes, address_end, counts.size, region.size);
        return editor.setProperty(path, "reg", bytes[0..end]);
    }

    /// Removes a property, also one that a careless writer put there twice; its name stays in the strings block, as others
    /// may share it.
    pub fn removeProperty(editor: *Editor, path: []const u8, name: []const u8) EditError!void {
        const node = try editor.nodeAt(path);
        if (editor.findProperty(node, name) == null) return error.NoSuchProperty;
        // What is before a node does not move, so its offset stays good.
        while (editor.findProperty(.{ .blocks = editor.blocks(), .offset = node.offset }, name)) |found| {
            try editor.resize(found.value_offset - 12, 12 + padded(found.value.len), 0);
        }
    }

    /// Adds an empty child as the parent's last.
    pub fn addNode(editor: *Editor, parent_path: []const u8, name: []const u8) EditError!void {
        if (!validName(name)) return error.BadName;
        const parent = try editor.nodeAt(parent_path);
        var siblings = parent.children();
        while (siblings.next()) |sibling| if (std.mem.eql(u8, sibling.name(), name)) return error.NodeExists;
        const name_size = padded(name.len + 1);
        const place = tree_file.afterNode(editor.blocks(), parent.offset) - 4;
        try editor.resize(place, 0, 4 + name_size + 4);
        editor.writeWord(place, 1);
        editor.writePadded(place + 4, name);
        @memset(editor.at(place + 4 + @as(u32, @intCast(name.len)), name_size - name.len), 0);
        editor.writeWord(place + 4 + name_size, 2);
    }

    fn nodeAt(editor: *const Editor, path: []const u8) EditError!Node {
        return editor.tree().find(path) orelse error.NoSuchNode;
    }

    fn blocks(editor: *const Editor) structure.Blocks {
        const header = editor.header;
        return .{
            .structure = editor.buffer[header.structure_offset..][0..header.structure_size],
            .strings = editor.buffer[header.strings_offset..][0..header.strings_size],
        };
    }

    fn findProperty(editor: *const Editor, node: Node, name: []const u8) ?structure.Token.Property {
        var offset = tree_file.step(editor.blocks(), node.offset).next;
        while (true) {
            const decoded = tree_file.step(editor.blocks(), offset);
            switch (decoded.token) {
                .property => |found| if (std.mem.eql(u8, found.name, name)) return found,
                .nop => {},
                else => return null,
            }
            assert(decoded.next > offset);
            offset = decoded.next;
        }
    }

    /// Makes `old_size` bytes at structure offset `start` into `new_size`, moving all that follows, strings included.
    fn resize(editor: *Editor, start: u32, old_size: u32, new_size: u32) EditError!void {
        assert(old_size % 4 == 0 and new_size % 4 == 0);
        var header = editor.header;
        const used_end = header.strings_offset + header.strings_size;
        const tail_start = header.structure_offset + start + old_size;
        assert(tail_start <= used_end);
        if (new_size > old_size and new_size - old_size > editor.buffer.len - used_end) return error.NoSpace;
        const target = tail_start - old_size + new_size;
        const tail = used_end - tail_start;
        move(editor.buffer, target, tail_start, tail);
        header.structure_size = header.structure_size - old_size + new_size;
        header.strings_offset = header.strings_offset - old_size + new_size;
        header.total_size = @max(header.total_size, target + tail);
        editor.header = header;
        header.encode(editor.buffer);
    }

    /// The strings offset of `name`, appended when no existing string ends with it; `reserve` more bytes must stay free.
    fn internName(editor: *Editor, name: []const u8, reserve: u32) EditError!u32 {
        var header = editor.header;
        const used_end = header.strings_offset + header.strings_size;
        const free = editor.buffer.len - used_end;
        if (findString(editor.blocks().strings, name)) |offset| {
            if (free < reserve) return error.NoSpace;
            return offset;
        }
        if (free < reserve or free - reserve < name.len + 1) return error.NoSpace;
        const offset = header.strings_size;
        @memcpy(editor.buffer[used_end..][0..name.len], name);
        editor.buffer[used_end + name.len] = 0;
        header.strings_size += @intCast(name.len + 1);
        header.total_size = @max(header.total_size, header.strings_offset + header.strings_size);
        editor.header = header;
        header.encode(editor.buffer);
        return offset;
    }

    fn at(editor: *Editor, offset: u32, length: usize) []u8 {
        assert(offset + length <= editor.header.structure_size);
        return editor.buffer[editor.header.structure_offset + offset ..][0..length];
    }

    fn writeWord(editor: *Editor, offset: u32, value: u32) void {
        assert(offset % 4 == 0);
        std.mem.writeInt(u32, editor.at(offset, 4)[0..4], value, .big);
    }

    fn writePadded(editor: *Editor, offset: u32, value: []const u8) void {
        const target = editor.at(offset, padded(value.len));
        @memcpy(target[0..value.len], value);
        @memset(target[value.len..], 0);
    }
};

/// Inside one buffer, either direction; `@memmove` is what the language offers for overlap.
fn move(buffer: []u8, target: usize, source: usize, length: usize) void {
    assert(target + length <= buffer.len and source + length <= buffer.len);
    @memmove(buffer[target..][0..length], buffer[source..][0..length]);
}

/// A value inside the blob would move while it is copied.
fn overlapping(buffer: []const u8, value: []const u8) bool {
    const start = @intFromPtr(value.ptr);
    const buffer_start = @intFromPtr(buffer.ptr);
    return value.len > 0 and start < buffer_start + buffer.len and buffer_start < start + value.len;
}

fn findString(strings: []const u8, name: []const u8) ?u32 {
    assert(name.len > 0);
    var start: usize = 0;
    while (std.mem.indexOfPos(u8, strings, start, name)) |offset| {
        const end = offset + name.len;
        if (end < strings.len and strings[end] == 0) return @intCast(offset);
        start = offset + 1;
    }
    return null;
}

fn validName(name: []const u8) bool {
    if (name.len == 0 or name.len > 255) return false;
    return std.mem.indexOfAny(u8, name, "/\x00") == null;
}

fn encodeCells(bytes: *[16]u8, start: usize, count: usize, value: u64) EditError!usize {
    assert(count <= 2 and start + count * 4 <= bytes.len);
    switch (count) {
        0 => if (value != 0) return error.BadRegion,
        1 => {
            const narrow = std.math.cast(u32, value) orelse return error.BadRegion;
            std.mem.writeInt(u32, bytes[start..][0..4], narrow, .big);
        },
        else => std.mem.writeInt(u64, bytes[start..][0..8], value, .big),
    }
    return start + count * 4;
}

fn padded(length: usize) u32 {
    assert(length <= std.math.maxInt(u32) - 4);
    return @intCast(std.mem.alignForward(usize, length, 4));
}
