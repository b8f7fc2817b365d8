// SPDX-License-Identifier: Apache-2.0
//! The walker must be able to disagree: hand-made tables with every kind of fault in them.
const std = @import("std");
const stage2 = @import("stage2");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const Ipa = stage2.Ipa;
const Pa = stage2.Pa;
const walker = stage2.walker;

var tables: [3]stage2.Table = undefined;

/// Root -> level 2 at IPA 0 -> level 3 at IPA 0.
fn handMade() stage2.TablePool {
    var pool: stage2.TablePool = .init(&tables, fixture.pool_base);
    for (0..3) |_| _ = pool.take() catch unreachable;
    tables[0].entries[0] = 0x4100_1003;
    tables[1].entries[0] = 0x4100_2003;
    return pool;
}

fn fault(pool: *const stage2.TablePool, ipa: u64) ?walker.Fault {
    return switch (walker.translate(pool.reader(), fixture.pool_base, Ipa.from(ipa))) {
        .fault => |found| found,
        .mapped => null,
    };
}

test "faults by kind" {
    const pool = handMade();
    tables[2].entries[1] = 0x7000_07ff;
    tables[2].entries[2] = 0x7000_07fd; // block encoding at level 3
    tables[2].entries[3] = 0x7000_03ff; // no access flag
    tables[2].entries[4] = 0x7000_07fe; // invalid
    tables[0].entries[1] = 0x6000_0003; // table where there is none
    try expectEqual(null, fault(&pool, 0x1000));
    try expectEqual(.translation, fault(&pool, 0x0));
    try expectEqual(.translation, fault(&pool, 0x2000));
    try expectEqual(.access_flag, fault(&pool, 0x3000));
    try expectEqual(.translation, fault(&pool, 0x4000));
    try expectEqual(.external, fault(&pool, 0x4000_0000));
    try expectEqual(.translation, fault(&pool, 0x8000_0000));
    try expectEqual(.address_size, fault(&pool, 1 << 39));
    try expectEqual(.address_size, fault(&pool, 0xffff_ffff_ffff_f000));
}

test "attributes are read from the bits" {
    const pool = handMade();
    const Case = struct { u64, [6]bool };
    // readable, writable, executable, device, write-back, mapped at all
    const cases = [_]Case{
        .{ 0x7000_07ff, .{ true, true, true, false, true, true } },
        .{ 0x7000_077f, .{ true, false, true, false, true, true } },
        .{ 0x7000_07bf, .{ false, true, true, false, true, true } },
        .{ 0x0040_0000_7000_07ff, .{ true, true, false, false, true, true } },
        .{ 0x0040_0000_7000_04c7, .{ true, true, false, true, false, true } },
        .{ 0x7000_04ff, .{ true, true, true, false, false, true } }, // not shareable
        .{ 0x7000_07d7, .{ true, true, true, false, false, true } }, // Normal non-cacheable
        .{ 0x7000_04cf, .{ true, true, true, true, false, true } }, // Device-GRE
    };
    for (cases) |case| {
        tables[2].entries[5] = case[0];
        const mapping = walker.translate(pool.reader(), fixture.pool_base, Ipa.from(0x5432)).mapped;
        try expectEqual(case[1][0], mapping.readable);
        try expectEqual(case[1][1], mapping.writable);
        try expectEqual(case[1][2], mapping.executable);
        try expectEqual(case[1][3], mapping.device);
        try expectEqual(case[1][4], mapping.write_back);
        try expectEqual(0x7000_0432, mapping.pa.raw());
        try expectEqual(0x1000 - 0x432, mapping.size);
    }
}

test "leaves come in order, with their whole size" {
    var pool = handMade();
    tables[0].entries[511] = 0x40_0000_07fd;
    tables[1].entries[511] = 0x7fe0_07fd;
    tables[2].entries[511] = 0x7000_07ff;
    var leaves = walker.leaves(pool.reader(), fixture.pool_base);
    const expected = [_][3]u64{
        .{ 0x1f_f000, 0x7000_0000, 0x1000 },
        .{ 0x3fe0_0000, 0x7fe0_0000, 0x20_0000 },
        .{ 0x7f_c000_0000, 0x40_0000_0000, 0x4000_0000 },
    };
    for (expected) |leaf| {
        const found = leaves.next().?;
        try expectEqual(leaf[0], found.ipa.raw());
        try expectEqual(leaf[1], found.pa.raw());
        try expectEqual(leaf[2], found.size);
    }
    try expect(leaves.next() == null);
}

test "reaching a physical byte" {
    var pool = handMade();
    tables[2].entries[7] = 0x7000_07ff;
    tables[1].entries[1] = 0x7fe0_07fd;
    const reader = pool.reader();
    const root = fixture.pool_base;
    try expect(walker.reaches(reader, root, Pa.from(0x6fff_ffff), 1) == null);
    try expectEqual(0x7000, walker.reaches(reader, root, Pa.from(0x6fff_ffff), 2).?.ipa.raw());
    try expectEqual(0x7000, walker.reaches(reader, root, Pa.from(0x7000_0fff), 1).?.ipa.raw());
    try expect(walker.reaches(reader, root, Pa.from(0x7000_1000), 0xfdf_f000) == null);
    try expectEqual(0x20_0000, walker.reaches(reader, root, Pa.from(0x7fff_ffff), 0x1000).?.ipa.raw());
    try expect(walker.reaches(reader, root, Pa.from(0x8000_0000), 1 << 30) == null);
}

test "the reference cell cannot reach the host" {
    var space: [16]stage2.Table = undefined;
    var pool: stage2.TablePool = .init(&space, fixture.pool_base);
    const root = try stage2.build(try fixture.valid(&fixture.reference), &pool);
    for (fixture.host) |host| try expect(walker.reaches(pool.reader(), root, host.base, host.size) == null);
    // One page too many is found.
    pool.at(root).?.entries[5] = 0x4000_07fd;
    try expectEqual(5 << 30, walker.reaches(pool.reader(), root, fixture.host[0].base, 1).?.ipa.raw());
}
