// SPDX-License-Identifier: Apache-2.0
//! Each reason for a refusal, and the edges on both sides of it.
const std = @import("std");
const stage2 = @import("stage2");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const range = fixture.range;
const with = fixture.with;
const kib_4 = fixture.kib_4;
const Range = stage2.Range;
const Reason = stage2.plan.Reason;

const ipa_limit = 1 << 39;

fn verdict(ranges: []const Range) stage2.plan.Verdict {
    return stage2.validate(ranges, &fixture.host, .{ .pa_bits = 44 });
}

fn expectRefused(reason: Reason, index: usize, other: ?usize, ranges: []const Range) !void {
    const refusal = verdict(ranges).refused;
    try expectEqual(reason, refusal.reason);
    try expectEqual(index, refusal.range);
    try expectEqual(other, refusal.other);
    try expect(reason.text().len > 10);
}

test "the reference plan is valid" {
    try expectEqual(8, verdict(&fixture.reference).valid.ranges.len);
    try expect(verdict(&.{}) == .valid);
}

test "one range alone" {
    const good = range(0x1000_0000, 0x7000_0000, kib_4);
    try expect(verdict(&.{good}) == .valid);
    try expectRefused(.empty, 0, null, &.{with(good, .{ .size = 0 })});
    try expectRefused(.size_unaligned, 0, null, &.{with(good, .{ .size = kib_4 + 1 })});
    try expectRefused(.size_unaligned, 0, null, &.{with(good, .{ .size = kib_4 / 2 })});
    try expectRefused(.ipa_unaligned, 0, null, &.{with(good, .{ .ipa = stage2.Ipa.from(0x1000_0800) })});
    try expectRefused(.pa_unaligned, 0, null, &.{with(good, .{ .pa = stage2.Pa.from(0x7000_0001) })});
    try expectRefused(.device_executable, 0, null, &.{with(good, .{ .memory = .device, .execute = true })});
}

test "the ends of the address spaces" {
    try expect(verdict(&.{range(ipa_limit - kib_4, 0x7000_0000, kib_4)}) == .valid);
    try expectRefused(.ipa_out_of_bounds, 0, null, &.{range(ipa_limit, 0x7000_0000, kib_4)});
    try expectRefused(.ipa_out_of_bounds, 0, null, &.{range(ipa_limit - kib_4, 0x7000_0000, 2 * kib_4)});
    try expectRefused(.ipa_out_of_bounds, 0, null, &.{range(0, 0x7000_0000, 0xffff_ffff_ffff_f000)});
    try expectRefused(.ipa_out_of_bounds, 0, null, &.{range(0xffff_ffff_ffff_f000, 0x7000_0000, kib_4)});
    try expect(verdict(&.{range(0x1000, (1 << 44) - kib_4, kib_4)}) == .valid);
    try expectRefused(.pa_out_of_bounds, 0, null, &.{range(0x1000, 1 << 44, kib_4)});
    try expectRefused(.pa_out_of_bounds, 0, null, &.{range(0x1000, (1 << 44) - kib_4, 2 * kib_4)});
}

test "overlap of guest addresses" {
    const a = range(0x1000_0000, 0x7000_0000, 4 * kib_4);
    for ([_]u64{ 0x1000_0000, 0x1000_3000, 0x0fff_f000 }) |ipa| {
        try expectRefused(.ipa_overlap, 1, 0, &.{ a, range(ipa, 0x7100_0000, 2 * kib_4) });
    }
    try expect(verdict(&.{ a, range(0x1000_4000, 0x7100_0000, kib_4) }) == .valid);
    try expect(verdict(&.{ a, range(0x0fff_e000, 0x7100_0000, 2 * kib_4) }) == .valid);
    const apart = range(0x2000_0000, 0x7200_0000, kib_4);
    try expectRefused(.ipa_overlap, 2, 0, &.{ a, apart, range(0x1000_1000, 0x7100_0000, kib_4) });
}

test "overlap of physical memory needs consent on both sides" {
    const a = range(0x1000_0000, 0x7000_0000, 4 * kib_4);
    const b = range(0x2000_0000, 0x7000_3000, 4 * kib_4);
    try expectRefused(.pa_overlap, 1, 0, &.{ a, b });
    try expectRefused(.pa_overlap, 1, 0, &.{ with(a, .{ .shared = true }), b });
    try expectRefused(.pa_overlap, 1, 0, &.{ a, with(b, .{ .shared = true }) });
    try expect(verdict(&.{ with(a, .{ .shared = true }), with(b, .{ .shared = true }) }) == .valid);
    try expectRefused(.memory_type_conflict, 1, 0, &.{
        with(a, .{ .shared = true }),
        with(b, .{ .shared = true, .memory = .device }),
    });
    try expect(verdict(&.{ a, range(0x2000_0000, 0x7000_4000, kib_4) }) == .valid);
}

test "no byte of the host's memory" {
    for ([_]u64{ 0x4000_0000, 0x47ff_f000, 0x5800_0000, 0x5eff_f000 }, [_]usize{ 0, 0, 1, 1 }) |pa, owner| {
        try expectRefused(.host_owned, 0, owner, &.{range(0x1000_0000, pa, kib_4)});
        try expectRefused(.host_owned, 0, owner, &.{with(range(0x1000_0000, pa, kib_4), .{ .shared = true })});
    }
    try expectRefused(.host_owned, 0, 0, &.{range(0x1000_0000, 0x3000_0000, 0x4000_0000)});
    try expect(verdict(&.{range(0x1000_0000, 0x4800_0000, 0x1000_0000)}) == .valid);
    try expect(verdict(&.{range(0x1000_0000, 0x3fff_f000, kib_4)}) == .valid);
}

test "a hole reserves guest addresses and touches no memory" {
    const hole = with(range(0x1000_0000, 0x4000_0001, 4 * kib_4), .{ .access = .none });
    const other_hole = with(range(0x3000_0000, 0x4000_0001, kib_4), .{ .access = .none });
    try expect(verdict(&.{ hole, other_hole }) == .valid);
    try expectRefused(.ipa_overlap, 1, 0, &.{ hole, range(0x1000_3000, 0x7000_0000, kib_4) });
}

test "lookup gives the range and the offset" {
    const plan = verdict(&fixture.reference).valid;
    const found = plan.lookup(stage2.Ipa.from(0x9080_0123)).?;
    try expectEqual(0x123, found.offset);
    try expectEqual(0x5f80_0000, found.range.pa.raw());
    try expect(plan.lookup(stage2.Ipa.from(0x9100_0000)) == null);
    try expect(plan.lookup(stage2.Ipa.from(0x47ff_ffff)) == null);
    try expect(plan.lookup(stage2.Ipa.from(0x57ff_ffff)) != null);
    try expect(plan.lookup(stage2.Ipa.from(0x5800_0000)) == null);
}

test "validation agrees with a byte-by-byte reading, on a small world" {
    // Pages 0..5 as IPA, pages 0..5 as PA (pages 4 and 5 are the host's): every pair of ranges.
    const small_host = [_]stage2.HostRange{.{ .name = "host", .base = stage2.Pa.from(4 * kib_4), .size = 2 * kib_4 }};
    var accepted: usize = 0;
    for (0..5) |a_ipa| for (1..4) |a_size| for (0..5) |a_pa| for (0..5) |b_ipa| for (1..4) |b_size| for (0..5) |b_pa| {
        const ranges = [_]Range{
            range(a_ipa * kib_4, a_pa * kib_4, a_size * kib_4),
            range(b_ipa * kib_4, b_pa * kib_4, b_size * kib_4),
        };
        var ipa_uses: [16]u8 = @splat(0);
        var pa_uses: [16]u8 = @splat(0);
        for (0..a_size) |i| {
            ipa_uses[a_ipa + i] += 1;
            pa_uses[a_pa + i] += 1;
        }
        for (0..b_size) |i| {
            ipa_uses[b_ipa + i] += 1;
            pa_uses[b_pa + i] += 1;
        }
        var right = pa_uses[4] == 0 and pa_uses[5] == 0;
        for (ipa_uses, pa_uses) |ipa, pa| right = right and ipa < 2 and pa < 2;
        try expectEqual(right, stage2.validate(&ranges, &small_host, .{}) == .valid);
        accepted += @intFromBool(right);
    };
    try expect(accepted > 100);
}

test "ranges that end at the very top do not wrap" {
    const overlaps = stage2.address.overlaps;
    const top = 0xffff_ffff_ffff_f000;
    try expect(overlaps(top, kib_4, top, kib_4));
    try expect(!overlaps(top, kib_4, 0, kib_4));
    try expect(overlaps(0, top + 1, top, kib_4));
    try expect(!overlaps(0, top, top, kib_4));
    try expect(!overlaps(5, 0, 5, 1));
}
