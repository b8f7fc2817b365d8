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

pub const Mismatch = struct { expected: u64, found: u64, what: []const u8, hint: []const u8 };

const mib = 1 << 20;

/// The first difference that would make this kernel misbehave on the machine.
pub fn mismatch(board: Board, machine: Machine) ?Mismatch {
    const expectations = [_]Mismatch{
        .{ .what = "MiB as the start of RAM", .expected = board.memory.address / mib, .found = machine.memory.address / mib, .hint = "QEMU's -M" },
        .{ .what = "MiB of RAM", .expected = board.memory.size / mib, .found = machine.memory.size / mib, .hint = "QEMU's -m" },
        .{ .what = "as the GIC version", .expected = board.gic.version(), .found = machine.gic_version, .hint = "QEMU's -M gic-version" },
        .{ .what = "CPUs", .expected = board.cpu_count, .found = machine.cpu_count, .hint = "QEMU's -smp" },
    };
    for (expectations) |row| if (row.expected != row.found) return row;
    return null;
}
