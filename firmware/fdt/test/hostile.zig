// SPDX-License-Identifier: Apache-2.0
//! A blob from anywhere: whatever its bytes, it is refused or read, and reading it never goes out of bounds
//! (a safety panic would end the run).
const std = @import("std");
const fdt = @import("fdt");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectError = std.testing.expectError;

const board_blob = @embedFile("board.dtb");
const translate_blob = @embedFile("translate.dtb");

/// Calls everything that reads; returns how many nodes there were.
fn visit(tree: fdt.Tree) usize {
    var count: usize = 0;
    var nodes = tree.nodes();
    while (nodes.next()) |node| {
        count += 1;
        std.mem.doNotOptimizeAway(node.name().len + node.baseName().len);
        var properties = node.properties();
        while (properties.next()) |property| visitProperty(property);
        for (0..3) |index| {
            std.mem.doNotOptimizeAway(node.region(index) catch null);
            std.mem.doNotOptimizeAway(node.translatedRegion(index) catch null);
        }
        std.mem.doNotOptimizeAway(node.isAvailable());
        std.mem.doNotOptimizeAway(node.phandle());
        std.mem.doNotOptimizeAway(node.isCompatible("arm,pl011"));
    }
    var reservations = tree.reservations();
    while (reservations.next()) |region| std.mem.doNotOptimizeAway(region.end());
    std.mem.doNotOptimizeAway(tree.find("serial0:115200"));
    std.mem.doNotOptimizeAway(tree.findCompatible("arm,pl011"));
    std.mem.doNotOptimizeAway(tree.findPhandle(0x8001));
    std.mem.doNotOptimizeAway(fdt.boot.bootargs(tree));
    std.mem.doNotOptimizeAway(fdt.boot.initrd(tree));
    std.mem.doNotOptimizeAway(fdt.boot.stdout(tree));
    std.mem.doNotOptimizeAway(fdt.boot.isReservedNoMap(tree, .{ .address = 0x9000_0000, .size = 0x100_0000 }));
    return count;
}

fn visitProperty(property: fdt.Property) void {
    std.mem.doNotOptimizeAway(property.asU32() catch 0);
    std.mem.doNotOptimizeAway(property.asU64() catch 0);
    std.mem.doNotOptimizeAway(property.asString() catch "");
    var strings = property.strings();
    while (strings.next()) |text| std.mem.doNotOptimizeAway(text.len);
    std.mem.doNotOptimizeAway(property.number(0, 2));
    std.mem.doNotOptimizeAway(property.cell(property.value.len / 4));
}

/// Edits a blob if it can be opened; what comes out must parse.
fn edit(buffer: []u8) !void {
    var editor = fdt.Editor.open(buffer) catch return;
    editor.setProperty("/chosen", "bootargs", "x") catch {};
    editor.addNode("/", "new") catch {};
    editor.setU64("/new", "size", 1) catch {};
    editor.removeProperty("/", "model") catch {};
    fdt.boot.setMemory(&editor, .{ .address = 0, .size = 0x1000 }) catch {};
    fdt.boot.reserveNoMap(&editor, "ion", .{ .address = 0x9000_0000, .size = 0x1000 }) catch {};
    _ = visit(try fdt.Tree.parse(buffer));
}

test "every truncation is refused" {
    for (0..board_blob.len) |length| {
        try expectError(error.Truncated, fdt.Tree.parse(board_blob[0..length]));
    }
    try expectEqual(10, visit(try fdt.Tree.parse(board_blob)));
}

test "a shorter totalsize is refused as well" {
    var copy = board_blob.*;
    for (fdt.structure.header_size..board_blob.len) |length| {
        std.mem.writeInt(u32, copy[4..8], @intCast(length), .big);
        if (fdt.Tree.parse(&copy)) |_| return error.TestUnexpectedResult else |_| {}
    }
}

test "every single-bit error is survived" {
    inline for (.{ board_blob, translate_blob }) |blob| {
        var accepted: usize = 0;
        for (0..blob.len * 8) |bit| {
            var copy: [blob.len + 256]u8 = undefined;
            @memset(copy[blob.len..], 0xa5);
            @memcpy(copy[0..blob.len], blob);
            copy[bit / 8] ^= @as(u8, 1) << @intCast(bit % 8);
            const tree = fdt.Tree.parse(&copy) catch continue;
            accepted += 1;
            _ = visit(tree);
            try edit(&copy);
        }
        // Flips in values and in the boot CPU word are harmless; flips in tokens and bounds are not.
        try expect(accepted > blob.len and accepted < blob.len * 8);
    }
}

test "header words at their extremes" {
    const extremes = [_]u32{ 0, 1, 3, 4, 8, 39, 40, 48, board_blob.len - 4, board_blob.len, board_blob.len + 1, 0x7fff_ffff, 0xffff_fff8, 0xffff_fffc, 0xffff_ffff };
    for (0..10) |first| {
        for (extremes) |a| {
            for (0..10) |second| {
                for (extremes) |b| {
                    var copy = board_blob.*;
                    std.mem.writeInt(u32, copy[first * 4 ..][0..4], a, .big);
                    std.mem.writeInt(u32, copy[second * 4 ..][0..4], b, .big);
                    const tree = fdt.Tree.parse(&copy) catch continue;
                    _ = visit(tree);
                    try edit(&copy);
                }
            }
        }
    }
}

test "random damage is survived" {
    var random_state = std.Random.DefaultPrng.init(0x4e455855_53);
    const random = random_state.random();
    for (0..60_000) |_| {
        var copy: [board_blob.len + 200]u8 = undefined;
        @memset(copy[board_blob.len..], 0);
        @memcpy(copy[0..board_blob.len], board_blob);
        for (0..1 + random.uintLessThan(usize, 6)) |_| {
            const place = random.uintLessThan(usize, board_blob.len / 4) * 4;
            // Tokens, small numbers and lengths near the end are what confuses a reader most.
            const value = switch (random.uintLessThan(u8, 4)) {
                0 => random.uintLessThan(u32, 12),
                1 => random.int(u32),
                2 => @as(u32, @intCast(board_blob.len)) -% random.uintLessThan(u32, 64),
                else => 0xffff_ffff - random.uintLessThan(u32, 16),
            };
            std.mem.writeInt(u32, copy[place..][0..4], value, .big);
        }
        const tree = fdt.Tree.parse(&copy) catch continue;
        _ = visit(tree);
        try edit(&copy);
    }
}

/// Builds a structure block of raw words behind a valid header.
fn blobOf(words: []const u32, buffer: []u8) []u8 {
    const header: fdt.structure.Header = .{
        .magic = fdt.structure.magic,
        .total_size = @intCast(56 + words.len * 4 + 2),
        .structure_offset = 56,
        .strings_offset = @intCast(56 + words.len * 4),
        .reservations_offset = 40,
        .version = 17,
        .last_compatible_version = 16,
        .boot_cpu = 0,
        .strings_size = 2,
        .structure_size = @intCast(words.len * 4),
    };
    @memset(buffer, 0);
    header.encode(buffer);
    for (words, 0..) |word, index| std.mem.writeInt(u32, buffer[56 + index * 4 ..][0..4], word, .big);
    buffer[header.strings_offset] = 'p';
    return buffer[0..header.total_size];
}

test "structure rules, one by one" {
    const Case = struct { []const u32, ?fdt.ParseError };
    const cases = [_]Case{
        .{ &.{ 1, 0, 2, 9 }, null },
        .{ &.{ 4, 1, 0, 4, 2, 4, 9 }, null },
        .{ &.{ 1, 0, 3, 0, 0, 2, 9 }, null },
        .{ &.{9}, error.BadStructure }, // no root
        .{ &.{ 1, 0, 2, 1, 0, 2, 9 }, error.BadStructure }, // two roots
        .{ &.{ 2, 9 }, error.BadStructure }, // end before begin
        .{ &.{ 1, 0, 9 }, error.BadStructure }, // end of block inside a node
        .{ &.{ 1, 0, 2 }, error.BadStructure }, // no end token
        .{ &.{ 3, 0, 0, 1, 0, 2, 9 }, error.BadStructure }, // property outside a node
        .{ &.{ 1, 0, 1, 0x61000000, 2, 3, 0, 0, 2, 9 }, error.BadStructure }, // property after a child
        .{ &.{ 1, 0, 3, 0xffff_ffff, 0, 2, 9 }, error.BadStructure }, // endless value
        .{ &.{ 1, 0, 3, 17, 0, 2, 9 }, error.BadStructure }, // value past the block
        .{ &.{ 1, 0, 3, 0, 2, 2, 9 }, error.BadString }, // name past the strings
        .{ &.{ 1, 0, 3, 0, 1, 2, 9 }, error.BadString }, // empty name
        .{ &.{ 1, 0, 5, 2, 9 }, error.BadStructure }, // unknown token
        .{ &.{ 1, 0x61616161, 0x61616161 }, error.BadStructure }, // endless node name
    };
    var buffer: [256]u8 = undefined;
    for (cases) |case| {
        const blob = blobOf(case[0], &buffer);
        if (case[1]) |failure| {
            try expectError(failure, fdt.Tree.parse(blob));
        } else {
            try expectEqual(1, visit(try fdt.Tree.parse(blob)));
        }
    }
}

test "nesting is bounded" {
    inline for (.{ fdt.structure.depth_max, fdt.structure.depth_max + 1 }) |depth| {
        var words: [depth * 3 + 1]u32 = undefined;
        for (0..depth) |level| {
            words[level * 2] = 1;
            words[level * 2 + 1] = 0;
            words[depth * 2 + level] = 2;
        }
        words[depth * 3] = 9;
        var buffer: [1024]u8 = undefined;
        const blob = blobOf(&words, &buffer);
        if (depth > fdt.structure.depth_max) {
            try expectError(error.TooDeep, fdt.Tree.parse(blob));
        } else {
            try expectEqual(depth, visit(try fdt.Tree.parse(blob)));
        }
    }
}

test "header fields are judged by name" {
    const Case = struct { usize, u32, fdt.ParseError };
    const cases = [_]Case{
        .{ 0, 0xd00dfeee, error.BadMagic },
        .{ 1, board_blob.len + 1, error.Truncated },
        .{ 2, 0x39, error.BadHeader },
        .{ 3, board_blob.len + 1, error.BadHeader },
        .{ 4, 44, error.BadHeader },
        .{ 5, 16, error.UnsupportedVersion },
        .{ 6, 18, error.UnsupportedVersion },
        .{ 8, board_blob.len, error.BadHeader },
        .{ 9, board_blob.len, error.BadHeader },
    };
    for (cases) |case| {
        var copy = board_blob.*;
        std.mem.writeInt(u32, copy[case[0] * 4 ..][0..4], case[1], .big);
        try expectError(case[2], fdt.Tree.parse(&copy));
    }
}

test "reservations without an end are refused" {
    var copy = board_blob.*;
    const start = std.mem.readInt(u32, copy[16..20], .big);
    for (copy[start..]) |*byte| if (byte.* == 0) {
        byte.* = 0xff;
    };
    // Keep the structure readable: the reservations are judged after it.
    const structure = std.mem.readInt(u32, copy[8..12], .big);
    @memcpy(copy[structure..], board_blob[structure..]);
    std.mem.writeInt(u32, copy[16..20], std.mem.alignBackward(u32, board_blob.len - 16, 8), .big);
    try expectError(error.BadReservations, fdt.Tree.parse(&copy));
}
