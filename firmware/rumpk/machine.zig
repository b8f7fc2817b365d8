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
    memory: Memory,
    cpu_count: u32,
    /// 0: none that this kernel knows.
    gic_version: u8,
    initrd: ?fdt.Region,
    boot_arguments: []const u8,
    /// The first device that is not where the board has it; null also where nothing tells.
    difference: ?board_check.Difference,
};

/// All RAM of the machine, beside the banks that it should have.
pub const Memory = struct {
    /// The lowest address.
    start: u64 = std.math.maxInt(u64),
    /// Bytes in all.
    size: u64 = 0,
    /// Bytes that are in none of the banks.
    outside: u64 = 0,

    /// Of regions that do not overlap.
    fn of(regions: []const fdt.Region, banks: []const fdt.Region) Memory {
        var memory: Memory = .{};
        for (regions) |region| {
            memory.start = @min(memory.start, region.address);
            memory.size +|= region.size;
            const bank = fdt.holding(banks, region.address, region.size);
            if (bank == null) memory.outside +|= region.size;
        }
        return memory;
    }
};

/// Null where the tree has no memory, some that cannot be read, or the same twice.
pub fn read(board: Board, tree: fdt.Tree) ?Machine {
    const ram = fdt.Banks.of(tree) catch return null;
    return .{
        .source = .device_tree,
        .memory = .of(ram.slice(), board.memory),
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
        .memory = .of(if (list.memory) |*region| region[0..1] else board.memory, board.memory),
        .cpu_count = board.cpu_count,
        .gic_version = board.gic.version(),
        .initrd = list.initrd,
        .boot_arguments = list.command_line,
        .difference = null,
    };
}

pub const Mismatch = struct {
    expected: u64,
    found: u64,
    unit: []const u8,
    what: []const u8,
    hint: []const u8,
};

const mib = 1 << 20;

/// What is compared, in this order, and what a reader would change. The first three are
/// bytes, which are said in MiB where both figures are whole ones.
const compared = [_][2][]const u8{
    .{ "as the start of RAM", "QEMU's -M" },
    .{ "of RAM", "QEMU's -m" },
    .{ "of RAM outside the board's banks", "memory in board.yaml" },
    .{ "as the GIC version", "QEMU's -M gic-version" },
    .{ "CPUs", "QEMU's -smp" },
};
const compared_bytes = 3;

fn figures(memory: Memory, gic_version: u8, cpu_count: u32) [compared.len]u64 {
    return .{ memory.start, memory.size, memory.outside, gic_version, cpu_count };
}

/// The first difference that would make this kernel misbehave on the machine.
pub fn mismatch(board: Board, machine: Machine) ?Mismatch {
    const ram: Memory = .of(board.memory, board.memory);
    const expectations = figures(ram, board.gic.version(), board.cpu_count);
    const findings = figures(machine.memory, machine.gic_version, machine.cpu_count);
    for (compared, expectations, findings, 0..) |names, expected, found, index| {
        if (expected != found) {
            const in_bytes = index < compared_bytes;
            const in_mib = in_bytes and (expected | found) % mib == 0;
            return .{
                .expected = if (in_mib) expected / mib else expected,
                .found = if (in_mib) found / mib else found,
                .unit = if (in_mib) "MiB " else if (in_bytes) "bytes " else "",
                .what = names[0],
                .hint = names[1],
            };
        }
    }
    return null;
}

fn fitting(board: Board) Machine {
    return .{
        .source = .device_tree,
        .memory = .of(board.memory, board.memory),
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
    var memory = board.memory[0];
    memory.size /= 2;
    const list: atags.List = .{ .memory = memory, .initrd = initrd, .command_line = "a" };
    const machine = listed(board, list);
    try std.testing.expectEqual(initrd, machine.initrd.?);
    try std.testing.expectEqualStrings("a", machine.boot_arguments);
    const whole = fitting(board).memory.size;
    try expectMismatch("MiB ", "of RAM", whole / mib, memory.size / mib, machine);
}

test "the board's own figures fit" {
    try std.testing.expectEqual(null, mismatch(board_data.info, fitting(board_data.info)));
}

test "each other figure is found, with both numbers" {
    const board = board_data.info;
    var less_memory = fitting(board);
    less_memory.memory.size /= 2;
    const whole = less_memory.memory.size / mib * 2;
    try expectMismatch("MiB ", "of RAM", whole, whole / 2, less_memory);
    var moved = fitting(board);
    moved.memory.start += mib;
    const start = board.memory[0].address / mib;
    try expectMismatch("MiB ", "as the start of RAM", start, start + 1, moved);
    var elsewhere = fitting(board);
    elsewhere.memory.outside = 2 * mib;
    const banks = "of RAM outside the board's banks";
    try expectMismatch("MiB ", banks, 0, 2, elsewhere);
    elsewhere.memory.outside = 4096;
    try expectMismatch("bytes ", banks, 0, 4096, elsewhere);
    var no_gic = fitting(board);
    no_gic.gic_version = 0;
    try expectMismatch("", "as the GIC version", board.gic.version(), 0, no_gic);
    var more_cpus = fitting(board);
    more_cpus.cpu_count += 3;
    try expectMismatch("", "CPUs", board.cpu_count, board.cpu_count + 3, more_cpus);
}

fn expectMismatch(
    unit: []const u8,
    what: []const u8,
    expected: u64,
    found: u64,
    machine: Machine,
) !void {
    const difference = mismatch(board_data.info, machine).?;
    try std.testing.expectEqualStrings(unit, difference.unit);
    try std.testing.expectEqualStrings(what, difference.what);
    try std.testing.expectEqual(expected, difference.expected);
    try std.testing.expectEqual(found, difference.found);
}

test "RAM in several pieces is that of the banks where each piece is in one of them" {
    const banks = [_]fdt.Region{
        .{ .address = 0x4000_0000, .size = 4 * mib },
        .{ .address = 0x8_0000_0000, .size = 2 * mib },
    };
    const pieces = [_]fdt.Region{
        .{ .address = 0x8_0000_0000, .size = 2 * mib },
        .{ .address = 0x4020_0000, .size = 2 * mib },
        .{ .address = 0x4000_0000, .size = 2 * mib },
        .{ .address = 0x4030_0000, .size = 2 * mib },
        .{ .address = 0, .size = std.math.maxInt(u64) },
    };
    const fits: Memory = .{ .start = 0x4000_0000, .size = 6 * mib };
    try std.testing.expectEqual(fits, Memory.of(pieces[0..3], &banks));
    const juts: Memory = .{ .start = 0x4000_0000, .size = 8 * mib, .outside = 2 * mib };
    try std.testing.expectEqual(juts, Memory.of(pieces[0..4], &banks));
    const all: u64 = std.math.maxInt(u64);
    const whole: Memory = .{ .start = 0, .size = all, .outside = all };
    try std.testing.expectEqual(whole, Memory.of(&pieces, &banks));
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
