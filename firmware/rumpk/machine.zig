// SPDX-License-Identifier: Apache-2.0
//! The machine as the loader describes it (its device tree), and whether it is the board
//! this kernel was built for. Pure: a tree in, facts and the first mismatch out.

const std = @import("std");
const fdt = @import("fdt");
const board_data = @import("board.zig");
const Board = board_data.Board;

pub const Machine = struct {
    memory: fdt.Region,
    cpu_count: u32,
    /// 0: none that this kernel knows.
    gic_version: u8,
    initrd: ?fdt.Region,
    boot_arguments: []const u8,
};

pub fn read(tree: fdt.Tree) ?Machine {
    const memory_node = fdt.boot.memoryNode(tree) orelse return null;
    const memory = (memory_node.region(0) catch return null) orelse return null;
    return .{
        .memory = memory,
        .cpu_count = board_data.cpuCount(tree) orelse 0,
        .gic_version = if (board_data.gicNode(tree)) |found| found.version else 0,
        .initrd = fdt.boot.initrd(tree),
        .boot_arguments = fdt.boot.bootargs(tree),
    };
}

pub const Mismatch = struct { what: []const u8, expected: u64, found: u64, hint: []const u8 };

/// The first difference that would make this kernel misbehave on the machine.
pub fn mismatch(board: Board, machine: Machine) ?Mismatch {
    const expectations = [_]Mismatch{
        .{ .what = "start of RAM", .expected = board.memory.address, .found = machine.memory.address, .hint = "another machine model (-M)" },
        .{ .what = "bytes of RAM", .expected = board.memory.size, .found = machine.memory.size, .hint = "QEMU's -m" },
        .{ .what = "GIC version", .expected = board.gic.version(), .found = machine.gic_version, .hint = "-M gic-version" },
        .{ .what = "CPUs", .expected = board.cpu_count, .found = machine.cpu_count, .hint = "-smp" },
    };
    for (expectations) |row| if (row.expected != row.found) return row;
    return null;
}
