// SPDX-License-Identifier: Apache-2.0
//! Editing in place: every edit is read back, and everything the edit was not about must be as before.
const std = @import("std");
const fdt = @import("fdt");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectEqualStrings = std.testing.expectEqualStrings;
const expectEqualSlices = std.testing.expectEqualSlices;
const expectError = std.testing.expectError;

const cell_blob = @embedFile("cell.dtb");
const board_blob = @embedFile("board.dtb");

fn room(comptime blob: []const u8, comptime spare: usize) [blob.len + spare]u8 {
    var buffer: [blob.len + spare]u8 = undefined;
    @memcpy(buffer[0..blob.len], blob);
    @memset(buffer[blob.len..], 0xa5);
    return buffer;
}

fn filled(comptime length: usize, comptime byte: u8) [length]u8 {
    return @splat(byte);
}

/// Counts nodes and hashes all names and values, except one property.
fn fingerprint(tree: fdt.Tree, skip_node: []const u8, skip_property: []const u8) u64 {
    var hasher = std.hash.Wyhash.init(0);
    var nodes = tree.nodes();
    while (nodes.next()) |node| {
        hasher.update(node.name());
        hasher.update("{");
        var properties = node.properties();
        while (properties.next()) |property| {
            const skipped = std.mem.eql(u8, node.name(), skip_node) and std.mem.eql(u8, property.name, skip_property);
            if (skipped) continue;
            hasher.update(property.name);
            hasher.update("=");
            hasher.update(property.value);
            hasher.update(";");
        }
    }
    return hasher.final();
}

test "same-length patch moves nothing" {
    var buffer = room(cell_blob, 0);
    var editor = try fdt.Editor.open(&buffer);
    try fdt.boot.setInitrd(&editor, 0x4900_0000, 0x4912_3456);
    try expectEqual(cell_blob.len, editor.totalSize());
    var changed: usize = 0;
    for (buffer, cell_blob.*) |now, before| changed += @intFromBool(now != before);
    // 49000000 and 49123456 against zero: 1 + 4 bytes.
    try expectEqual(5, changed);
    try expectEqual(fdt.Region{ .address = 0x4900_0000, .size = 0x12_3456 }, fdt.boot.initrd(editor.tree()).?);
    try expectError(error.WrongLength, editor.patchProperty("/chosen", "linux,initrd-start", "1234"));
    try expectError(error.NoSuchProperty, editor.patchProperty("/chosen", "absent", ""));
    try editor.patchProperty("/memory", "reg", &filled(16, 1));
    try expectEqual(0x01010101_01010101, (try editor.tree().find("/memory").?.region(0)).?.address);
}

test "a value grows, shrinks and vanishes, and the rest stays" {
    var buffer = room(cell_blob, 4096);
    var editor = try fdt.Editor.open(&buffer);
    const before = fingerprint(editor.tree(), "chosen", "bootargs");
    var text: [600]u8 = undefined;
    for (0..text.len) |length| {
        for (text[0..length], 0..) |*byte, index| byte.* = 'a' + @as(u8, @intCast(index % 26));
        try fdt.boot.setBootargs(&editor, text[0..length]);
        const tree = try fdt.Tree.parse(buffer[0..editor.totalSize()]);
        try expectEqualStrings(text[0..length], fdt.boot.bootargs(tree));
        try expectEqual(before, fingerprint(tree, "chosen", "bootargs"));
    }
    try fdt.boot.setBootargs(&editor, "short");
    try expectEqualStrings("short", fdt.boot.bootargs(try fdt.Tree.parse(&buffer)));
    try editor.removeProperty("/chosen", "bootargs");
    try expectEqualStrings("", fdt.boot.bootargs(try fdt.Tree.parse(&buffer)));
    try expectEqual(before, fingerprint(editor.tree(), "chosen", "bootargs"));
    try expectError(error.NoSuchProperty, editor.removeProperty("/chosen", "bootargs"));
}

test "a new property comes first and shares a known name" {
    var buffer = room(cell_blob, 256);
    var editor = try fdt.Editor.open(&buffer);
    const strings_before = editor.header.strings_size;
    try editor.setProperty("/memory", "no-map", "");
    try expectEqual(strings_before, editor.header.strings_size);
    var properties = editor.tree().find("/memory").?.properties();
    try expectEqualStrings("no-map", properties.next().?.name);
    try editor.setU32("/memory", "vendor,new-name", 7);
    try expectEqual(strings_before + "vendor,new-name".len + 1, editor.header.strings_size);
    const tree = try fdt.Tree.parse(&buffer);
    try expectEqual(7, try tree.find("/memory").?.property("vendor,new-name").?.asU32());
    try expect(tree.find("/memory").?.property("no-map") != null);
}

test "a new node is its parent's last child" {
    var buffer = room(board_blob, 256);
    var editor = try fdt.Editor.open(&buffer);
    try editor.addNode("/cpus", "cpu@2");
    try editor.setU32("/cpus/cpu@2", "reg", 2);
    try editor.addNode("/cpus/cpu@2", "cache");
    const tree = try fdt.Tree.parse(&buffer);
    var children = tree.find("/cpus").?.children();
    for ([_][]const u8{ "cpu@0", "cpu@1", "cpu@2" }) |name| try expectEqualStrings(name, children.next().?.name());
    try expect(children.next() == null);
    try expectEqual(2, (try tree.find("/cpus/cpu@2").?.region(0)).?.address);
    try expect(tree.find("/cpus/cpu@2/cache") != null);
    try expectError(error.NodeExists, editor.addNode("/cpus", "cpu@2"));
    try expectError(error.NoSuchNode, editor.addNode("/absent", "x"));
    try expectError(error.BadName, editor.addNode("/", ""));
    try expectError(error.BadName, editor.addNode("/", "a/b"));
    try expectError(error.BadName, editor.setProperty("/", "a\x00b", ""));
}

test "an initrd that ends where it begins, or before, is none" {
    var buffer = room(cell_blob, 0);
    var editor = try fdt.Editor.open(&buffer);
    try fdt.boot.setInitrd(&editor, 0x4900_0000, 0x4912_3456);
    for ([_]u64{ 0x4900_0000, 0x48ff_ffff, 0 }) |end| {
        try editor.setU64("/chosen", "linux,initrd-end", end);
        try expect(fdt.boot.initrd(editor.tree()) == null);
    }
}

test "memory that is disabled is no memory" {
    var buffer = room(board_blob, 1024);
    var editor = try fdt.Editor.open(&buffer);
    const name = fdt.boot.memoryNode(editor.tree()).?.name();
    var path: [64]u8 = undefined;
    try editor.setString(try std.fmt.bufPrint(&path, "/{s}", .{name}), "status", "disabled");
    try expect(fdt.boot.memoryNode(editor.tree()) == null);
    try expectError(error.NoSuchNode, fdt.boot.setMemory(&editor, .{ .address = 0x4800_0000, .size = 0x1000_0000 }));
}

test "memory and reserved-memory" {
    var buffer = room(board_blob, 1024);
    var editor = try fdt.Editor.open(&buffer);
    try fdt.boot.setMemory(&editor, .{ .address = 0x4800_0000, .size = 0x1000_0000 });
    const window: fdt.Region = .{ .address = 0x9000_0000, .size = 0x0100_0000 };
    try expect(!fdt.boot.isReservedNoMap(editor.tree(), window));
    try fdt.boot.reserveNoMap(&editor, "ion@90000000", window);
    const tree = try fdt.Tree.parse(buffer[0..editor.totalSize()]);
    const memory = fdt.boot.memoryNode(tree).?;
    try expectEqual(fdt.Region{ .address = 0x4800_0000, .size = 0x1000_0000 }, (try memory.region(0)).?);
    try expect(try memory.region(1) == null);
    try expect(fdt.boot.isReservedNoMap(tree, window));
    try expect(!fdt.boot.isReservedNoMap(tree, .{ .address = window.address, .size = window.size / 2 }));
    const parent = tree.find("/reserved-memory").?;
    try expectEqual(0, parent.property("ranges").?.value.len);
    try expectEqual(2, try parent.property("#address-cells").?.asU32());
    try expectEqual(2, try parent.property("#size-cells").?.asU32());
    try expectEqual(window, (try parent.child("ion").?.translatedRegion(0)).?);
    try expectError(error.NodeExists, fdt.boot.reserveNoMap(&editor, "ion@90000000", window));
}

test "a reservation that may be mapped does not count" {
    var buffer = room(cell_blob, 64);
    var editor = try fdt.Editor.open(&buffer);
    const window: fdt.Region = .{ .address = 0x9000_0000, .size = 0x0100_0000 };
    try expect(fdt.boot.isReservedNoMap(editor.tree(), window));
    try editor.removeProperty("/reserved-memory/ion", "no-map");
    try expect(!fdt.boot.isReservedNoMap(editor.tree(), window));
}

test "a region that its cells cannot hold is refused" {
    var buffer = room(@embedFile("corners.dtb"), 64);
    var editor = try fdt.Editor.open(&buffer);
    try expectError(error.BadRegion, editor.setRegion("/default-cells/unit", .{ .address = 0, .size = 1 << 32 }));
    try expectError(error.BadRegion, editor.setRegion("/no-size/unit", .{ .address = 1 << 32, .size = 0 }));
    try expectError(error.BadRegion, editor.setRegion("/no-size/unit", .{ .address = 0, .size = 1 }));
    try expectError(error.BadRegion, editor.setRegion("/pci/unit", .{ .address = 0, .size = 1 }));
    try editor.setRegion("/no-size/unit", .{ .address = 9, .size = 0 });
    try expectEqual(9, (try editor.tree().find("/no-size/unit").?.region(0)).?.address);
}

test "an edit that does not fit changes nothing" {
    const Edit = enum { grow, insert_known, insert_new, node };
    for (0..80) |spare| {
        for (std.enums.values(Edit)) |kind| {
            var storage = room(cell_blob, 80);
            const before = storage;
            const buffer = storage[0 .. cell_blob.len + spare];
            var editor = try fdt.Editor.open(buffer);
            const outcome = switch (kind) {
                .grow => editor.setString("/", "compatible", &filled(70, 'x')),
                .insert_known => editor.setProperty("/ion", "reg", &filled(50, 'y')),
                .insert_new => editor.setProperty("/ion", "nexus,very-new-name", &filled(30, 'z')),
                .node => editor.addNode("/ion", &filled(40, 'n')),
            };
            if (outcome) |_| {
                _ = try fdt.Tree.parse(buffer);
                try expectEqualSlices(u8, before[buffer.len..], storage[buffer.len..]);
            } else |failure| {
                try expectEqual(error.NoSpace, failure);
                try expectEqualSlices(u8, &before, &storage);
            }
        }
    }
}

test "exactly the space an edit needs is enough" {
    // grow: 72 bytes for 72 in place of 20; insert_new: 12 header, 32 value, 20 name.
    inline for (.{ 52, 64 }, 0..) |needed, which| {
        inline for (.{ needed - 1, needed }) |spare| {
            var buffer = room(cell_blob, spare);
            var editor = try fdt.Editor.open(&buffer);
            const outcome = if (which == 0)
                editor.setString("/", "compatible", &filled(71, 'x'))
            else
                editor.setProperty("/ion", "nexus,very-new-name", &filled(30, 'z'));
            if (spare < needed) try expectError(error.NoSpace, outcome) else try outcome;
        }
    }
}

test "random edits agree with a model" {
    const names = [_][]const u8{ "alpha", "beta", "reg", "compatible", "no-map", "gamma-long-name" };
    var random_state = std.Random.DefaultPrng.init(7);
    const random = random_state.random();
    for (0..40) |_| {
        var buffer = room(cell_blob, 2000);
        var editor = try fdt.Editor.open(&buffer);
        var values: [names.len]?[64]u8 = @splat(null);
        var lengths: [names.len]usize = @splat(0);
        try editor.addNode("/ion", "model");
        for (0..60) |_| {
            const which = random.uintLessThan(usize, names.len);
            if (values[which] != null and random.boolean()) {
                try editor.removeProperty("/ion/model", names[which]);
                values[which] = null;
            } else {
                var value: [64]u8 = undefined;
                random.bytes(&value);
                lengths[which] = random.uintLessThan(usize, value.len + 1);
                try editor.setProperty("/ion/model", names[which], value[0..lengths[which]]);
                values[which] = value;
            }
            const tree = try fdt.Tree.parse(buffer[0..editor.totalSize()]);
            const node = tree.find("/ion/model").?;
            for (names, values, lengths) |name, value, length| {
                const found = node.property(name);
                if (value) |expected| {
                    try expectEqualSlices(u8, expected[0..length], found.?.value);
                } else {
                    try expect(found == null);
                }
            }
            try expectEqual(fingerprint(try fdt.Tree.parse(cell_blob), "", ""), withoutModel(tree));
        }
    }
}

/// The fingerprint of all nodes but /ion/model, which is the last node of the tree.
fn withoutModel(tree: fdt.Tree) u64 {
    var hasher = std.hash.Wyhash.init(0);
    var nodes = tree.nodes();
    while (nodes.next()) |node| {
        if (std.mem.eql(u8, node.name(), "model")) break;
        hasher.update(node.name());
        hasher.update("{");
        var properties = node.properties();
        while (properties.next()) |property| {
            hasher.update(property.name);
            hasher.update("=");
            hasher.update(property.value);
            hasher.update(";");
        }
    }
    return hasher.final();
}

test "a layout that cannot grow in place is refused" {
    var buffer = room(cell_blob, 256);
    var header = fdt.structure.Header.decode(&buffer);
    // Strings in front of the structure, as some writers do.
    const strings = cell_blob[header.strings_offset..][0..header.strings_size];
    const structure = cell_blob[header.structure_offset..][0..header.structure_size];
    header.strings_offset = header.structure_offset;
    header.structure_offset = std.mem.alignForward(u32, header.strings_offset + header.strings_size, 4);
    @memcpy(buffer[header.strings_offset..][0..strings.len], strings);
    @memcpy(buffer[header.structure_offset..][0..structure.len], structure);
    header.total_size = header.structure_offset + header.structure_size;
    header.encode(&buffer);
    _ = try fdt.Tree.parse(&buffer);
    try expectError(error.UnsupportedLayout, fdt.Editor.open(&buffer));
}
