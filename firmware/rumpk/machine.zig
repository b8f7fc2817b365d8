// SPDX-License-Identifier: Apache-2.0
//! The machine as the loader describes it, by a device tree or by an ATAG list, and whether
//! it is the board this kernel was built for. Pure: bytes in, facts and the first mismatch
//! out.

const std = @import("std");
const fdt = @import("fdt");
const atags = @import("atags.zig");
const board_check = @import("board_check.zig");
const board_data = @import("board.zig");
const Board = board_data.Board;

/// What the loader handed over.
pub const Source = enum { device_tree, atags };

pub const Machine = struct {
    source: Source,
    memory: fdt.Region,
    cpu_count: u32,
    /// 0: none that this kernel knows.
    gic_version: u8,
    initrd: ?fdt.Region,
    boot_arguments: []const u8,
    /// The first device that is not where the board has it; null also where nothing tells.
    difference: ?board_check.Difference,
};

pub fn read(board: Board, tree: fdt.Tree) ?Machine {
    const memory_node = fdt.boot.memoryNode(tree) orelse return null;
    const memory = (memory_node.region(0) catch return null) orelse return null;
    return .{
        .source = .device_tree,
        .memory = memory,
        .cpu_count = board_data.cpuCount(tree) orelse 0,
        .gic_version = if (board_data.gicNode(tree)) |found| found.version else 0,
        .initrd = fdt.boot.initrd(tree),
        .boot_arguments = fdt.boot.bootargs(tree),
        .difference = board_check.difference(board, tree),
    };
}

/// An ATAG list knows neither cores nor interrupt controller: there the board's own tree is
/// what there is.
pub fn listed(board: Board, list: atags.List) Machine {
    return .{
        .source = .atags,
        .memory = list.memory orelse board.memory,
        .cpu_count = board.cpu_count,
        .gic_version = board.gic.version(),
        .initrd = list.initrd,
        .boot_arguments = list.command_line,
        .difference = null,
    };
}

pub const Mismatch = struct { expected: u64, found: u64, what: []const u8, hint: []const u8 };

const mib = 1 << 20;

/// The first difference that would make this kernel misbehave on the machine.
pub fn mismatch(board: Board, machine: Machine) ?Mismatch {
    const ram = board.memory;
    const expectations = [_]Mismatch{
        .{
            .what = "MiB as the start of RAM",
            .expected = ram.address / mib,
            .found = machine.memory.address / mib,
            .hint = "QEMU's -M",
        },
        .{
            .what = "MiB of RAM",
            .expected = ram.size / mib,
            .found = machine.memory.size / mib,
            .hint = "QEMU's -m",
        },
        .{
            .what = "as the GIC version",
            .expected = board.gic.version(),
            .found = machine.gic_version,
            .hint = "QEMU's -M gic-version",
        },
        .{
            .what = "CPUs",
            .expected = board.cpu_count,
            .found = machine.cpu_count,
            .hint = "QEMU's -smp",
        },
    };
    for (expectations) |row| if (row.expected != row.found) return row;
    return null;
}

fn fitting(board: Board) Machine {
    return .{
        .source = .device_tree,
        .memory = board.memory,
        .cpu_count = board.cpu_count,
        .gic_version = board.gic.version(),
        .initrd = null,
        .boot_arguments = "",
        .difference = null,
    };
}

test "an ATAG list that says nothing leaves the board as its own tree has it" {
    const machine = listed(board_data.info, .{});
    try std.testing.expectEqual(.atags, machine.source);
    try std.testing.expectEqual(null, mismatch(board_data.info, machine));
    try std.testing.expectEqual(null, machine.initrd);
    try std.testing.expectEqualStrings("", machine.boot_arguments);
}

test "what an ATAG list says counts, and other memory than the board's is found" {
    const board = board_data.info;
    const initrd: fdt.Region = .{ .address = 0x100_0000, .size = 0x1000 };
    var memory = board.memory;
    memory.size /= 2;
    const list: atags.List = .{ .memory = memory, .initrd = initrd, .command_line = "a" };
    const machine = listed(board, list);
    try std.testing.expectEqual(initrd, machine.initrd.?);
    try std.testing.expectEqualStrings("a", machine.boot_arguments);
    const mib_expected = board.memory.size / mib;
    try expectMismatch("MiB of RAM", mib_expected, mib_expected / 2, machine);
}

test "the board's own figures fit" {
    try std.testing.expectEqual(null, mismatch(board_data.info, fitting(board_data.info)));
}

test "each other figure is found, with both numbers" {
    const board = board_data.info;
    var less_memory = fitting(board);
    less_memory.memory.size /= 2;
    try expectMismatch("MiB of RAM", board.memory.size / mib, board.memory.size / mib / 2, less_memory);
    var moved = fitting(board);
    moved.memory.address = 0;
    try expectMismatch("MiB as the start of RAM", board.memory.address / mib, 0, moved);
    var no_gic = fitting(board);
    no_gic.gic_version = 0;
    try expectMismatch("as the GIC version", board.gic.version(), 0, no_gic);
    var more_cpus = fitting(board);
    more_cpus.cpu_count += 3;
    try expectMismatch("CPUs", board.cpu_count, board.cpu_count + 3, more_cpus);
}

fn expectMismatch(what: []const u8, expected: u64, found: u64, machine: Machine) !void {
    const difference = mismatch(board_data.info, machine).?;
    try std.testing.expectEqualStrings(what, difference.what);
    try std.testing.expectEqual(expected, difference.expected);
    try std.testing.expectEqual(found, difference.found);
}

test {
    _ = atags;
    _ = board_check;
}

test "a tree's figures are read as the board's are" {
    const tree = try fdt.Tree.parse(@embedFile("board.dtb"));
    const machine = read(board_data.info, tree).?;
    try std.testing.expectEqual(null, mismatch(board_data.info, machine));
    try std.testing.expectEqual(null, machine.initrd);
}
