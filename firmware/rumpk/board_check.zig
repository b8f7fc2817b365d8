// SPDX-License-Identifier: Apache-2.0
//! Whether the machine's tree has the board's devices where board.dtb has them: register
//! blocks and interrupts were fixed when this image was compiled. Pure: trees in, the first
//! difference out.

const std = @import("std");
const fdt = @import("fdt");
const board_data = @import("board.zig");
const Board = board_data.Board;
const Device = board_data.Device;

pub const What = enum { @"base of register block", @"size of register block", INTID };

/// The machine has something else in a device's place, or (`found` null) nothing.
pub const Difference = struct {
    device: []const u8,
    what: What,
    /// Which of the device's register blocks or interrupts.
    index: usize,
    expected: u64,
    found: ?u64,
};

/// The first difference between the devices that the board has and the machine's.
pub fn difference(board: Board, tree: fdt.Tree) ?Difference {
    for (board.devices) |device| if (ofDevice(device, tree)) |found| return found;
    return ofTransports(board.virtio_mmio, tree);
}

/// Where the machine has the console: null where it has none that the driver knows.
pub fn consoleBase(board: Board, tree: fdt.Tree) ?u64 {
    const node = counterpart(board.devices[0], tree) orelse return null;
    const registers = blockOf(node, 0) orelse return null;
    return registers.address;
}

fn ofDevice(device: Device, tree: fdt.Tree) ?Difference {
    const node = counterpart(device, tree);
    for (device.registers, 0..) |expected, index| {
        const found = if (node) |some| blockOf(some, index) else null;
        const base: ?u64 = if (found) |block| block.address else null;
        if (base != expected.address) return .{
            .device = device.name,
            .what = .@"base of register block",
            .index = index,
            .expected = expected.address,
            .found = base,
        };
        // A tree may give a device more than its driver needs.
        if (found.?.size < expected.size) return .{
            .device = device.name,
            .what = .@"size of register block",
            .index = index,
            .expected = expected.size,
            .found = found.?.size,
        };
    }
    for (device.intids, 0..) |expected, index| {
        const found = if (node) |some| intidOf(tree, some, index) else null;
        if (found != expected) return .{
            .device = device.name,
            .what = .INTID,
            .index = index,
            .expected = expected,
            .found = found,
        };
    }
    return null;
}

/// The machine's node for a device: the one at its address, else any that its driver takes.
fn counterpart(device: Device, tree: fdt.Tree) ?fdt.Node {
    var other: ?fdt.Node = null;
    var nodes = tree.nodes();
    while (nodes.next()) |node| {
        if (!isOneOf(node, device.compatible) or !node.isAvailable()) continue;
        if (device.registers.len == 0) return node;
        if (blockOf(node, 0)) |block| if (block.address == device.registers[0].address) return node;
        if (other == null) other = node;
    }
    return other;
}

fn isOneOf(node: fdt.Node, compatible: []const []const u8) bool {
    for (compatible) |name| if (node.isCompatible(name)) return true;
    return false;
}

/// A register block as the CPU sees it; null also for one that no bus leads to.
fn blockOf(node: fdt.Node, index: usize) ?fdt.Region {
    return node.translatedRegion(index) catch null;
}

fn intidOf(tree: fdt.Tree, node: fdt.Node, index: usize) ?u64 {
    return board_data.intidOf(tree, node, index) orelse null;
}

/// There are dozens of them: the tree is walked once for all.
fn ofTransports(transports: []const board_data.VirtioMmio, tree: fdt.Tree) ?Difference {
    const count = board_data.info.virtio_mmio.len;
    if (count == 0) return null;
    var seen: [count]bool = @splat(false);
    var nodes = tree.compatible("virtio,mmio");
    while (nodes.next()) |node| {
        if (!node.isAvailable()) continue;
        const block = blockOf(node, 0) orelse continue;
        for (transports, 0..) |transport, at| {
            if (transport.base != block.address) continue;
            const intid = intidOf(tree, node, 0);
            if (intid != transport.intid) return ofTransport(at, .INTID, transport.intid, intid);
            seen[at] = true;
        }
    }
    for (transports, 0..) |transport, at| {
        if (!seen[at]) return ofTransport(at, .@"base of register block", transport.base, null);
    }
    return null;
}

fn ofTransport(index: usize, what: What, expected: u64, found: ?u64) Difference {
    return .{
        .device = "virtio-mmio transports",
        .what = what,
        .index = index,
        .expected = expected,
        .found = found,
    };
}

// Tests: the board's own tree, edited, as the machine's.

const blob = @embedFile("board.dtb");

const Edit = struct {
    /// The first node with one of these is edited.
    compatible: []const []const u8,
    property: []const u8,
    /// The cell that is replaced, and what with; null takes the property away.
    cell: usize = 0,
    value: ?u32,
};

fn edited(buffer: []u8, edit: Edit) !fdt.Tree {
    @memset(buffer, 0);
    @memcpy(buffer[0..blob.len], blob);
    var editor = try fdt.Editor.open(buffer);
    var nodes = editor.tree().nodes();
    const node = while (nodes.next()) |node| {
        if (isOneOf(node, edit.compatible)) break node;
    } else return error.NoSuchNode;
    var path_buffer: [64]u8 = undefined;
    const path = try std.fmt.bufPrint(&path_buffer, "/{s}", .{node.name()});
    if (edit.value) |value| {
        var bytes: [256]u8 = undefined;
        const old = node.property(edit.property).?.value;
        @memcpy(bytes[0..old.len], old);
        std.mem.writeInt(u32, bytes[4 * edit.cell ..][0..4], value, .big);
        try editor.patchProperty(path, edit.property, bytes[0..old.len]);
    } else try editor.removeProperty(path, edit.property);
    return editor.tree();
}

test "the board's own tree has all of it" {
    const tree = try fdt.Tree.parse(blob);
    try std.testing.expectEqual(null, difference(board_data.info, tree));
    const base = board_data.info.uart_registers.address;
    try std.testing.expectEqual(base, consoleBase(board_data.info, tree).?);
}

test "each register block and interrupt of each device is compared" {
    const board = board_data.info;
    var buffer: [blob.len]u8 = undefined;
    for (board.devices) |device| {
        for (device.registers, 0..) |block, index| {
            // Two cells of address, two of size: the lower halves.
            const moved: u32 = @truncate(block.address + 0x4000_0000);
            var edit: Edit = .{
                .compatible = device.compatible,
                .property = "reg",
                .cell = 4 * index + 1,
                .value = moved,
            };
            try expectDifference(.{
                .device = device.name,
                .what = .@"base of register block",
                .index = index,
                .expected = block.address,
                .found = block.address & ~@as(u64, 0xffff_ffff) | moved,
            }, try edited(&buffer, edit));
            const smaller: u32 = @truncate(block.size / 2);
            edit.cell = 4 * index + 3;
            edit.value = smaller;
            try expectDifference(.{
                .device = device.name,
                .what = .@"size of register block",
                .index = index,
                .expected = block.size,
                .found = smaller,
            }, try edited(&buffer, edit));
        }
        for (device.intids, 0..) |intid, index| {
            const base: u32 = if (intid < 32) 16 else 32;
            const edit: Edit = .{
                .compatible = device.compatible,
                .property = "interrupts",
                .cell = 3 * index + 1,
                .value = 12,
            };
            try expectDifference(.{
                .device = device.name,
                .what = .INTID,
                .index = index,
                .expected = intid,
                .found = base + 12,
            }, try edited(&buffer, edit));
        }
    }
}

test "a tree that gives a device more than the driver needs is no difference" {
    const board = board_data.info;
    var buffer: [blob.len]u8 = undefined;
    const tree = try edited(&buffer, .{
        .compatible = board.devices[0].compatible,
        .property = "reg",
        .cell = 3,
        .value = @truncate(2 * board.devices[0].registers[0].size),
    });
    try std.testing.expectEqual(null, difference(board, tree));
}

test "a machine without the device, and one whose kind of it has no driver here" {
    const board = board_data.info;
    var buffer: [blob.len]u8 = undefined;
    const compatible = board.devices[0].compatible;
    const missing: Difference = .{
        .device = "console",
        .what = .@"base of register block",
        .index = 0,
        .expected = board.uart_registers.address,
        .found = null,
    };
    inline for (.{ "reg", "compatible" }) |property| {
        const tree = try edited(&buffer, .{
            .compatible = compatible,
            .property = property,
            .value = null,
        });
        try expectDifference(missing, tree);
        try std.testing.expectEqual(null, consoleBase(board, tree));
    }
}

test "a console elsewhere is found there" {
    const board = board_data.info;
    var buffer: [blob.len]u8 = undefined;
    const tree = try edited(&buffer, .{
        .compatible = board.devices[0].compatible,
        .property = "reg",
        .cell = 1,
        .value = 0x1234_5000,
    });
    const high = board.uart_registers.address & ~@as(u64, 0xffff_ffff);
    try std.testing.expectEqual(high | 0x1234_5000, consoleBase(board, tree).?);
}

test "a virtio-mmio transport elsewhere, or with another interrupt" {
    const board = board_data.info;
    if (board.virtio_mmio.len == 0) return error.SkipZigTest;
    var buffer: [blob.len]u8 = undefined;
    const first = board.virtio_mmio[0];
    const names = [_][]const u8{"virtio,mmio"};
    var wanted: Difference = .{
        .device = "virtio-mmio transports",
        .what = .@"base of register block",
        .index = 0,
        .expected = first.base,
        .found = null,
    };
    var edit: Edit = .{ .compatible = &names, .property = "reg", .cell = 1, .value = 0x7000_0000 };
    try expectDifference(wanted, try edited(&buffer, edit));
    edit.property = "interrupts";
    edit.value = 3;
    wanted.what = .INTID;
    wanted.expected = first.intid;
    wanted.found = 35;
    try expectDifference(wanted, try edited(&buffer, edit));
}

fn expectDifference(wanted: Difference, tree: fdt.Tree) !void {
    const found = difference(board_data.info, tree) orelse return error.NoDifference;
    try std.testing.expectEqualStrings(wanted.device, found.device);
    try std.testing.expectEqual(wanted.what, found.what);
    try std.testing.expectEqual(wanted.index, found.index);
    try std.testing.expectEqual(wanted.expected, found.expected);
    try std.testing.expectEqual(wanted.found, found.found);
}
