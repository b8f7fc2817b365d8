// SPDX-License-Identifier: Apache-2.0
//! RAM as runs: several nodes, several entries, any order.
const std = @import("std");
const fdt = @import("fdt");
const Region = fdt.Region;
const expectEqual = std.testing.expectEqual;
const expectEqualSlices = std.testing.expectEqualSlices;
const expectError = std.testing.expectError;

fn banksOf(blob: []const u8) !fdt.Banks {
    return .of(try fdt.Tree.parse(blob));
}

test "all nodes and entries count, in order; what touches is one run, what is off or empty none" {
    const banks = try banksOf(@embedFile("banks.dtb"));
    const expected = [_]Region{
        .{ .address = 0x4000_0000, .size = 0x1_0000_0000 },
        .{ .address = 0x8_0000_0000, .size = 0x1000 },
    };
    try expectEqualSlices(Region, &expected, banks.slice());
}

const Counter = struct {
    bytes: u64 = 0,
    entries: usize = 0,

    pub fn add(counter: *Counter, region: Region) error{}!void {
        counter.bytes += region.size;
        counter.entries += 1;
    }
};

test "an empty entry is none, wherever it would be" {
    var counter: Counter = .{};
    try fdt.eachMemoryRegion(try fdt.Tree.parse(@embedFile("banks.dtb")), &counter);
    try expectEqual(Counter{ .bytes = 0x1_0000_1000, .entries = 3 }, counter);
}

test "the same at compile time" {
    const banks = comptime blk: {
        @setEvalBranchQuota(100_000);
        break :blk banksOf(@embedFile("banks.dtb"));
    };
    try expectEqual(2, (try banks).count);
}

test "memory that is there twice, and none, are refused" {
    try expectError(error.BadMemory, banksOf(@embedFile("overlap.dtb")));
    try expectError(error.NoMemory, banksOf(@embedFile("translate.dtb")));
}

test "a range is held by one run, or by none" {
    const banks = try banksOf(@embedFile("banks.dtb"));
    const ram = banks.slice();
    const cases = [_]struct { u64, u64, ?usize }{
        .{ 0x4000_0000, 1, 0 },
        .{ 0xbfff_f000, 0x2000, 0 },
        .{ 0x4000_0000, 0x1_0000_0000, 0 },
        .{ 0x4000_0000, 0x1_0000_0001, null },
        .{ 0x3fff_ffff, 2, null },
        .{ 0x8_0000_0ff8, 8, 1 },
        .{ 0x8_0000_0ff9, 8, null },
        .{ 0x8_0000_0800, std.math.maxInt(u64), null },
        .{ 0xffff_ffff_ffff_ffff, 1, null },
    };
    for (cases) |case| {
        const address, const size, const index = case;
        const expected: ?Region = if (index) |at| ram[at] else null;
        try expectEqual(expected, fdt.holding(ram, address, size));
    }
}
