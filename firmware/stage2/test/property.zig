// SPDX-License-Identifier: Apache-2.0
//! Generated plans: each IPA maps to what was planned, everything else faults. Random plans over the whole IPA space, and every
//! plan of two ranges around the block boundaries.
const std = @import("std");
const stage2 = @import("stage2");
const fixture = @import("fixture.zig");
const Range = stage2.Range;

const kib_4 = fixture.kib_4;
const mib_2 = fixture.mib_2;
const gib_1 = fixture.gib_1;

var tables: [2400]stage2.Table = undefined;

fn check(ranges: []const Range, random: std.Random) !void {
    const plan = switch (stage2.validate(ranges, &.{}, .{})) {
        .valid => |plan| plan,
        .refused => return error.PlanRefused,
    };
    var pool: stage2.TablePool = .init(&tables, fixture.pool_base);
    const root = try stage2.build(plan, &pool);
    try fixture.expectAgreement(plan, &pool, root);
    for (ranges) |range| {
        const first = range.ipa.raw();
        const last = first + range.size - 1;
        for ([_]u64{ first -% 1, first, last, last + 1, first + random.uintLessThan(u64, range.size) }) |ipa| {
            try fixture.expectTranslation(plan, &pool, root, ipa);
        }
    }
    for (0..8) |_| try fixture.expectTranslation(plan, &pool, root, random.uintLessThan(u64, 1 << 40));
}

/// Attributes that fit together.
fn randomRange(random: std.Random, ipa: u64, pa: u64, size: u64) Range {
    var range = fixture.range(ipa, pa, size);
    range.memory = if (random.boolean()) .normal else .device;
    range.access = switch (random.uintLessThan(u8, 8)) {
        0 => .none,
        1, 2 => .ro,
        else => .rw,
    };
    range.execute = range.memory == .normal and random.boolean();
    return range;
}

/// Sizes and gaps cluster around 4 KiB, 2 MiB and 1 GiB, plus or minus a few pages.
fn randomExtent(random: std.Random) u64 {
    const units = [_]u64{ kib_4, kib_4, mib_2, mib_2, gib_1 };
    const unit = units[random.uintLessThan(usize, units.len)];
    const base = unit * (1 + random.uintLessThan(u64, 3));
    const wobble = random.uintLessThan(u64, 3) * kib_4;
    return if (random.boolean()) base + wobble else @max(kib_4, base -| wobble);
}

test "random plans" {
    var state = std.Random.DefaultPrng.init(0x5354_4147_4532);
    const random = state.random();
    for (0..250) |_| {
        var ranges: [6]Range = undefined;
        const count = 1 + random.uintLessThan(usize, ranges.len);
        var ipa: u64 = random.uintLessThan(u64, 64) * kib_4;
        // A congruent start keeps most plans in blocks; the rest of them is all pages.
        var pa: u64 = ipa + (if (random.uintLessThan(u8, 4) != 0) random.uintLessThan(u64, 16) * gib_1 else mib_2 * 3);
        for (ranges[0..count]) |*range| {
            const gap = if (random.boolean()) 0 else randomExtent(random);
            const size = @min(randomExtent(random), 2 * gib_1);
            range.* = randomRange(random, ipa + gap, pa + gap, size);
            ipa += gap + size;
            pa += gap + size;
        }
        random.shuffle(Range, ranges[0..count]);
        try check(ranges[0..count], random);
    }
}

test "random plans that are congruent nowhere" {
    var state = std.Random.DefaultPrng.init(99);
    const random = state.random();
    for (0..60) |_| {
        const ipa = random.uintLessThan(u64, 1 << 20) * kib_4;
        const pa = random.uintLessThan(u64, 1 << 20) * kib_4;
        const size = (1 + random.uintLessThan(u64, 1500)) * kib_4;
        try check(&.{randomRange(random, ipa, pa, size)}, random);
    }
}

test "the last page and the whole of the IPA space" {
    var state = std.Random.DefaultPrng.init(1);
    const random = state.random();
    try check(&.{fixture.range((1 << 39) - kib_4, 0x7000_0000, kib_4)}, random);
    try check(&.{fixture.range(0, 0, 1 << 39)}, random);
    try check(&.{fixture.range(0, 1 << 40, 1 << 39)}, random);
}

test "every plan of two ranges around the block boundaries" {
    var state = std.Random.DefaultPrng.init(2);
    const random = state.random();
    const starts = [_]u64{ gib_1 - mib_2, gib_1 - 2 * kib_4, gib_1 - kib_4, gib_1, gib_1 + kib_4, gib_1 + mib_2 - kib_4, gib_1 + mib_2 };
    const sizes = [_]u64{ kib_4, 2 * kib_4, mib_2 - kib_4, mib_2, mib_2 + kib_4 };
    const shifts = [_]u64{ 0, 4 * gib_1, 4 * gib_1 + mib_2, 4 * gib_1 + kib_4 };
    var checked: usize = 0;
    for (starts) |a_start| for (sizes) |a_size| for (starts) |b_start| for (sizes) |b_size| {
        if (b_start < a_start + a_size) continue;
        for (shifts) |a_shift| for (shifts) |b_shift| {
            const ranges = [_]Range{
                fixture.range(a_start, a_start + a_shift, a_size),
                fixture.with(fixture.range(b_start, b_start + b_shift + 8 * gib_1, b_size), .{ .access = .ro }),
            };
            try check(&ranges, random);
            checked += 1;
        };
    };
    try std.testing.expect(checked > 1000);
}
