// SPDX-License-Identifier: Apache-2.0
//! Reading what dtc writes, at run time and at compile time.
const std = @import("std");
const fdt = @import("fdt");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectEqualStrings = std.testing.expectEqualStrings;
const expectError = std.testing.expectError;

const board_blob = @embedFile("board.dtb");
const corners_blob = @embedFile("corners.dtb");

test "root properties" {
    const tree = try fdt.Tree.parse(board_blob);
    try expectEqual(board_blob.len, tree.totalSize());
    try expectEqualStrings("", tree.root().name());
    try expectEqualStrings("test board", try tree.root().property("model").?.asString());
    try expect(tree.root().isCompatible("linux,dummy-virt"));
    try expect(!tree.root().isCompatible("linux,dummy"));
    try expect(tree.root().parent() == null);
    try expect(tree.root().property("absent") == null);
}

test "bytes after the blob are ignored" {
    var padded: [board_blob.len + 100]u8 = undefined;
    @memcpy(padded[0..board_blob.len], board_blob);
    @memset(padded[board_blob.len..], 0xff);
    const tree = try fdt.Tree.parse(&padded);
    try expectEqual(board_blob.len, tree.totalSize());
}

test "find by path, alias, and base name" {
    const tree = try fdt.Tree.parse(board_blob);
    const uart = tree.find("/serial@9000000").?;
    try expectEqualStrings("serial@9000000", uart.name());
    try expectEqualStrings("serial", uart.baseName());
    try expectEqual(uart.offset, tree.find("serial0").?.offset);
    try expectEqual(uart.offset, tree.find("serial0:115200n8").?.offset);
    try expectEqual(uart.offset, fdt.boot.stdout(tree).?.offset);
    try expectEqualStrings("cpu@1", tree.find("/cpus/cpu@1").?.name());
    try expectEqualStrings("memory@40000000", tree.find("/memory").?.name());
    try expect(tree.find("/serial") == null);
    try expect(tree.find("/serial@9000000/x") == null);
    try expect(tree.find("/cpus/cpu@2") == null);
    try expect(tree.find("serial9") == null);
    try expect(tree.find("") == null);
    try expectEqual(tree.root().offset, tree.find("/").?.offset);
}

test "find by compatible skips disabled nodes" {
    const tree = try fdt.Tree.parse(board_blob);
    var matches = tree.compatible("arm,pl011");
    try expectEqualStrings("serial@9000000", matches.next().?.name());
    const disabled = matches.next().?;
    try expectEqualStrings("serial@9040000", disabled.name());
    try expect(!disabled.isAvailable());
    try expect(matches.next() == null);
    try expectEqualStrings("serial@9000000", tree.findCompatible("arm,primecell").?.name());
    try expect(tree.findCompatible("arm,pl01") == null);
}

test "find by phandle" {
    const tree = try fdt.Tree.parse(board_blob);
    const parent = try tree.root().property("interrupt-parent").?.asU32();
    try expectEqual(0x8001, parent);
    try expectEqualStrings("interrupt-controller@8000000", tree.findPhandle(parent).?.name());
    try expect(tree.findPhandle(0) == null);
    try expect(tree.findPhandle(0x8002) == null);
}

test "children and parents agree everywhere" {
    inline for (.{ board_blob, corners_blob }) |blob| {
        const tree = try fdt.Tree.parse(blob);
        var count: usize = 0;
        var nodes = tree.nodes();
        while (nodes.next()) |node| {
            count += 1;
            var children = node.children();
            while (children.next()) |child| try expectEqual(node.offset, child.parent().?.offset);
        }
        try expect(count > 8);
    }
}

test "nodes come depth first and whole" {
    const tree = try fdt.Tree.parse(board_blob);
    const expected = [_][]const u8{
        "",                "aliases",                      "chosen",
        "memory@40000000", "interrupt-controller@8000000", "serial@9000000",
        "serial@9040000",  "cpus",                         "cpu@0",
        "cpu@1",
    };
    var nodes = tree.nodes();
    for (expected) |name| try expectEqualStrings(name, nodes.next().?.name());
    try expect(nodes.next() == null);
}

test "property values of every type" {
    const root = (try fdt.Tree.parse(corners_blob)).root();
    try expectEqual(0, root.property("empty").?.value.len);
    try expectEqual(0xdeadbeef, try root.property("word").?.asU32());
    try expectEqual(0x0123456789abcdef, try root.property("double").?.asU64());
    try expectEqual(0xdeadbeef, try root.property("word").?.asNumber());
    try expectEqual(0x89abcdef, root.property("double").?.cell(1).?);
    try expect(root.property("double").?.cell(2) == null);
    try expectError(error.WrongLength, root.property("word").?.asU64());
    try expectError(error.WrongLength, root.property("double").?.asU32());
    try expectError(error.WrongLength, root.property("three-bytes").?.cellCount());
    try expectError(error.NotAString, root.property("byte").?.asString());
    try expectError(error.NotAString, root.property("list").?.asString());
    var strings = root.property("list").?.strings();
    for ([_][]const u8{ "first", "", "third" }) |text| try expectEqualStrings(text, strings.next().?);
    try expect(strings.next() == null);
}

test "a base name that two children share is ambiguous" {
    const tree = try fdt.Tree.parse(corners_blob);
    try expect(tree.find("/twin-a/same") == null);
    try expectEqual(2, try tree.find("/twin-a/same@2").?.property("mark").?.asU32());
    try expectEqual(3, try tree.find("/twin-b/only").?.property("mark").?.asU32());
    try expectEqual(9, try tree.find("/deep/a/b/c/d/e").?.property("mark").?.asU32());
}

test "memory reservations" {
    const tree = try fdt.Tree.parse(board_blob);
    var all = tree.reservations();
    try expectEqual(fdt.Region{ .address = 0x48000000, .size = 0x1000 }, all.next().?);
    try expectEqual(fdt.Region{ .address = 0x100000000, .size = 0x200000 }, all.next().?);
    try expect(all.next() == null);
}

test "everything also works at compile time" {
    const Facts = struct { uart: u64, memory: u64, cpus: usize };
    const facts: Facts = comptime blk: {
        @setEvalBranchQuota(200_000);
        const tree = fdt.Tree.parse(board_blob) catch unreachable;
        var cpus: usize = 0;
        var children = tree.find("/cpus").?.children();
        while (children.next()) |_| cpus += 1;
        break :blk .{
            .uart = (fdt.boot.stdout(tree).?.region(0) catch unreachable).?.address,
            .memory = (fdt.boot.memoryNode(tree).?.region(0) catch unreachable).?.size,
            .cpus = cpus,
        };
    };
    try expectEqual(Facts{ .uart = 0x9000000, .memory = 0x20000000, .cpus = 2 }, facts);
}
