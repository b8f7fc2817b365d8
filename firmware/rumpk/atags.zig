// SPDX-License-Identifier: Apache-2.0
//! The ATAG list of the older Arm boot protocol. QEMU hands one over, also to a 64-bit
//! image, on machines that it makes no device tree for (xlnx-zcu102, raspi3b). Each tag is
//! its own size in words, an id, then its content; addresses have 32 bits.

const std = @import("std");
const Region = @import("fdt").Region;

const Id = struct {
    const none: u32 = 0;
    const core: u32 = 0x5441_0001;
    const memory: u32 = 0x5441_0002;
    const command_line: u32 = 0x5441_0009;
    const initrd: u32 = 0x5442_0005;
};

const header_words = 2;
/// No loader writes that many; a list without end stops here.
const tag_count_max = 64;

pub const List = struct {
    memory: ?Region = null,
    initrd: ?Region = null,
    command_line: []const u8 = "",
};

/// The list at the start of `bytes`; null when there is none, or none with an end.
pub fn read(bytes: []const u8) ?List {
    if (wordAt(bytes, 1) != Id.core) return null;
    var list: List = .{};
    var rest = bytes;
    for (0..tag_count_max) |_| {
        const id = wordAt(rest, 1) orelse return null;
        if (id == Id.none) return list;
        const words = wordAt(rest, 0) orelse return null;
        if (words < header_words or words > rest.len / 4) return null;
        const content = rest[4 * header_words .. 4 * @as(usize, words)];
        switch (id) {
            // Size, then start: the other way round than an initrd.
            Id.memory => list.memory = regionOf(wordAt(content, 1), wordAt(content, 0)),
            Id.initrd => list.initrd = regionOf(wordAt(content, 0), wordAt(content, 1)),
            Id.command_line => list.command_line = std.mem.sliceTo(content, 0),
            else => {},
        }
        rest = rest[4 * @as(usize, words) ..];
    }
    return null;
}

fn regionOf(address: ?u32, size: ?u32) ?Region {
    return .{ .address = address orelse return null, .size = size orelse return null };
}

fn wordAt(bytes: []const u8, index: usize) ?u32 {
    if (index >= bytes.len / 4) return null;
    return std.mem.readInt(u32, bytes[4 * index ..][0..4], .little);
}

/// As QEMU writes it for `-m 512 -initrd … -append "mutant=none x"`.
const sample = [_]u32{ 5, Id.core, 1, 0x1000, 0 } ++
    [_]u32{ 4, Id.memory, 0x2000_0000, 0 } ++
    [_]u32{ 4, Id.initrd, 0x0800_0000, 0x12_3456 } ++
    [_]u32{ 6, Id.command_line, 0x6174_756d, 0x6e3d_746e, 0x2065_6e6f, 0x78 } ++
    [_]u32{ 0, Id.none };

test "memory, initrd and command line" {
    const list = read(std.mem.sliceAsBytes(&sample)).?;
    try std.testing.expectEqual(Region{ .address = 0, .size = 0x2000_0000 }, list.memory.?);
    try std.testing.expectEqual(Region{ .address = 0x800_0000, .size = 0x12_3456 }, list.initrd.?);
    try std.testing.expectEqualStrings("mutant=none x", list.command_line);
}

test "a list that says nothing" {
    const list = read(std.mem.sliceAsBytes(&[_]u32{ 2, Id.core, 0, Id.none })).?;
    try std.testing.expectEqual(List{}, list);
}

test "what is no list, has no end, or a tag that leads nowhere" {
    const rows = [_][]const u32{
        &.{},
        &.{2},
        &.{ 0xedfe_0dd0, 0x10, 0, 0 },
        &.{ 0, Id.none },
        &.{ 2, Id.core },
        &.{ 2, Id.core, 0, 7, 0, 0 },
        &.{ 2, Id.core, 1, 7, 0, 0 },
        &.{ 2, Id.core, 5, 7, 0, 0 },
        &.{ 2, Id.core, 0xffff_ffff, 7, 0, 0 },
    };
    for (rows) |row| try std.testing.expectEqual(null, read(std.mem.sliceAsBytes(row)));
}

test "a list without an end is given up" {
    var words: [2 * tag_count_max + 2]u32 = undefined;
    for (0..words.len / 2) |tag| words[2 * tag ..][0..2].* = .{ 2, Id.core };
    words[words.len - 1] = Id.none;
    try std.testing.expectEqual(null, read(std.mem.sliceAsBytes(&words)));
    words[words.len - 3] = Id.none;
    try std.testing.expectEqual(List{}, read(std.mem.sliceAsBytes(&words)));
}

test "a list that is cut off anywhere is none" {
    const bytes = std.mem.sliceAsBytes(&sample);
    for (0..bytes.len - 3) |len| try std.testing.expectEqual(null, read(bytes[0..len]));
}

test "a tag too short for its content is as if it were not there" {
    const list = read(std.mem.sliceAsBytes(&[_]u32{
        2, Id.core, 3, Id.memory, 1, 2, Id.initrd, 2, Id.command_line, 0, Id.none,
    })).?;
    try std.testing.expectEqual(null, list.memory);
    try std.testing.expectEqual(null, list.initrd);
    try std.testing.expectEqualStrings("", list.command_line);
}
