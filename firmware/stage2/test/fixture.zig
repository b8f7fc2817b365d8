// SPDX-License-Identifier: Apache-2.0
//! What the tests share: the reference cell's ranges, a table pool on the host, and the comparison of tables with a plan.
const std = @import("std");
const stage2 = @import("stage2");
const Ipa = stage2.Ipa;
const Pa = stage2.Pa;
const Range = stage2.Range;

pub const kib_4 = stage2.address.page_size;
pub const mib_2 = stage2.address.block_size_2m;
pub const gib_1 = stage2.address.block_size_1g;

/// Physical address that the tests give their tables.
pub const pool_base = Pa.from(0x4100_0000);

pub fn range(ipa: u64, pa: u64, size: u64) Range {
    return .{ .name = "test", .ipa = Ipa.from(ipa), .pa = Pa.from(pa), .size = size, .access = .rw };
}

pub fn with(base: Range, comptime changes: anytype) Range {
    var result = base;
    inline for (comptime std.meta.fieldNames(@TypeOf(changes))) |name| @field(result, name) = @field(changes, name);
    return result;
}

/// Carve-out, ION window in its sections, GIC and UART: design section 5.
pub const reference = [_]Range{
    with(range(0x4800_0000, 0x4800_0000, 0x1000_0000), .{ .execute = true }),
    with(range(0x9000_0000, 0x5f00_0000, 0x2000), .{ .access = .ro }),
    range(0x9000_2000, 0x5f00_2000, 0x1000),
    with(range(0x9000_3000, 0x5f00_3000, 0x1f_d000), .{ .access = .ro }),
    with(range(0x9020_0000, 0x5f20_0000, 0x60_0000), .{ .access = .ro }),
    range(0x9080_0000, 0x5f80_0000, 0x80_0000),
    with(range(0x0800_0000, 0x0800_0000, 0x1_0000), .{ .memory = .device }),
    with(range(0x0900_0000, 0x0900_0000, 0x1000), .{ .memory = .device }),
};

pub const host = [_]stage2.HostRange{
    .{ .name = "rumpk", .base = Pa.from(0x4000_0000), .size = 0x0800_0000 },
    .{ .name = "scratch", .base = Pa.from(0x5800_0000), .size = 0x0700_0000 },
};

pub fn valid(ranges: []const Range) !stage2.Plan {
    return switch (stage2.validate(ranges, &host, .{})) {
        .valid => |plan| plan,
        .refused => error.PlanRefused,
    };
}

/// The tables map each byte of the plan as planned, and nothing else: every leaf lies in one range and agrees with it, and the
/// leaves add up to the ranges' sizes. As leaves cannot overlap, nothing is missing and nothing is extra.
pub fn expectAgreement(plan: stage2.Plan, pool: *const stage2.TablePool, root: Pa) !void {
    var planned: u64 = 0;
    for (plan.ranges) |one| {
        if (one.access != .none) planned += one.size;
    }
    var mapped: u64 = 0;
    var leaves = stage2.walker.leaves(pool.reader(), root);
    while (leaves.next()) |leaf| {
        const found = plan.lookup(leaf.ipa) orelse return error.MappedButNotPlanned;
        if (found.offset + leaf.size > found.range.size) return error.LeafBeyondRange;
        try expectLeaf(found.range, found.offset, leaf);
        mapped += leaf.size;
    }
    try std.testing.expectEqual(planned, mapped);
}

/// One IPA, asked for alone.
pub fn expectTranslation(plan: stage2.Plan, pool: *const stage2.TablePool, root: Pa, ipa: u64) !void {
    const result = stage2.walker.translate(pool.reader(), root, Ipa.from(ipa));
    const found = plan.lookup(Ipa.from(ipa));
    if (found == null or found.?.range.access == .none) {
        try std.testing.expect(result == .fault);
        return;
    }
    try expectLeaf(found.?.range, found.?.offset, result.mapped);
}

fn expectLeaf(planned: Range, offset: u64, leaf: stage2.walker.Mapping) !void {
    try std.testing.expect(planned.access != .none);
    try std.testing.expectEqual(planned.pa.raw() + offset, leaf.pa.raw());
    try std.testing.expect(leaf.readable);
    try std.testing.expectEqual(planned.access == .rw, leaf.writable);
    try std.testing.expectEqual(planned.execute, leaf.executable);
    try std.testing.expectEqual(planned.memory == .device, leaf.device);
    try std.testing.expectEqual(planned.memory == .normal, leaf.write_back);
}
