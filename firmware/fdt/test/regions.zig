// SPDX-License-Identifier: Apache-2.0
//! `reg` and `ranges` in all cell widths.
const std = @import("std");
const fdt = @import("fdt");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectError = std.testing.expectError;

fn regionOf(tree: fdt.Tree, path: []const u8, index: usize) !?fdt.Region {
    return tree.find(path).?.region(index);
}

fn translated(tree: fdt.Tree, path: []const u8) !?fdt.Region {
    return tree.find(path).?.translatedRegion(0);
}

test "reg by the parent's cell counts" {
    const tree = try fdt.Tree.parse(@embedFile("board.dtb"));
    try expectEqual(fdt.Region{ .address = 0x40000000, .size = 0x20000000 }, (try regionOf(tree, "/memory", 0)).?);
    try expectEqual(fdt.Region{ .address = 0x1_0000_0000, .size = 0x1000 }, (try regionOf(tree, "/memory", 1)).?);
    try expect(try regionOf(tree, "/memory", 2) == null);
    try expectEqual(fdt.Region{ .address = 1, .size = 0 }, (try regionOf(tree, "/cpus/cpu@1", 0)).?);
    try expect(try regionOf(tree, "/chosen", 0) == null);
}

test "default, absent and unsupported cell counts" {
    const tree = try fdt.Tree.parse(@embedFile("corners.dtb"));
    try expectEqual(fdt.Region{ .address = 0x10, .size = 0x20 }, (try regionOf(tree, "/default-cells/unit", 0)).?);
    try expectEqual(fdt.Region{ .address = 7, .size = 0 }, (try regionOf(tree, "/no-size/unit", 0)).?);
    try expectError(error.UnsupportedCells, regionOf(tree, "/pci/unit", 0));
    try expectError(error.BadRegion, regionOf(tree, "/torn/unit", 0));
    try expectError(error.BadRegion, regionOf(tree, "/wrap/unit", 0));
}

test "translation through ranges" {
    const tree = try fdt.Tree.parse(@embedFile("translate.dtb"));
    const cases = [_]struct { []const u8, u64 }{
        .{ "/soc/serial", 0x3f201000 },
        .{ "/soc/local", 0x1_0000_0000 },
        .{ "/soc/inner/leaf", 0x3f300010 },
        .{ "/soc/identity/leaf", 0x3f000000 },
    };
    for (cases) |case| try expectEqual(case[1], (try translated(tree, case[0])).?.address);
    try expectEqual(0x7e201000, (try regionOf(tree, "/soc/serial", 0)).?.address);
    try expectError(error.NotTranslatable, translated(tree, "/soc/outside"));
    try expectError(error.NotTranslatable, translated(tree, "/soc/straddle"));
    try expectError(error.NotTranslatable, translated(tree, "/soc/wall/leaf"));
}

test "the end of a region" {
    try expectEqual(0x2000, (fdt.Region{ .address = 0x1000, .size = 0x1000 }).end().?);
    try expect((fdt.Region{ .address = std.math.maxInt(u64), .size = 1 }).end() == null);
}
