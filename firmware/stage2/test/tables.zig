// SPDX-License-Identifier: Apache-2.0
//! The builder on the reference cell: which descriptors exactly, how many tables, and what happens when they run out.
const std = @import("std");
const stage2 = @import("stage2");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectError = std.testing.expectError;
const Ipa = stage2.Ipa;
const Pa = stage2.Pa;

var tables: [16]stage2.Table = undefined;

fn newPool(count: usize) stage2.TablePool {
    for (&tables) |*table| @memset(&table.entries, 0xdead_beef_dead_beef);
    return .init(tables[0..count], fixture.pool_base);
}

/// The raw descriptor that translates `ipa`, by hand through the levels.
fn raw(pool: *const stage2.TablePool, root: Pa, ipa: u64, levels: usize) u64 {
    var table = pool.at(root).?;
    var shift: u6 = 30;
    for (1..levels) |_| {
        const entry = table.entries[(ipa >> shift) & 511];
        table = pool.at(Pa.from(entry & 0xffff_ffff_f000)).?;
        shift -= 9;
    }
    return table.entries[(ipa >> shift) & 511];
}

test "descriptors of the reference cell" {
    var pool = newPool(16);
    const root = try stage2.build(try fixture.valid(&fixture.reference), &pool);
    try expectEqual(fixture.pool_base.raw(), root.raw());
    // Root; level 2 tables for 0-1, 1-2 and 2-3 GiB; level 3 for GIC, UART and the first 2 MiB of the window.
    try expectEqual(7, pool.used);
    try expectEqual(0x4800_07fd, raw(&pool, root, 0x4800_0000, 2));
    try expectEqual(0x57e0_07fd, raw(&pool, root, 0x57e0_0000, 2));
    try expectEqual(0, raw(&pool, root, 0x5800_0000, 2));
    try expectEqual(0x0040_0000_5f00_077f, raw(&pool, root, 0x9000_0000, 3));
    try expectEqual(0x0040_0000_5f00_27ff, raw(&pool, root, 0x9000_2000, 3));
    try expectEqual(0x0040_0000_5f1f_f77f, raw(&pool, root, 0x901f_f000, 3));
    try expectEqual(0x0040_0000_5f20_077d, raw(&pool, root, 0x9020_0000, 2));
    try expectEqual(0x0040_0000_5f80_07fd, raw(&pool, root, 0x9080_0000, 2));
    try expectEqual(0, raw(&pool, root, 0x9100_0000, 2));
    try expectEqual(0x0040_0000_0900_04c7, raw(&pool, root, 0x0900_0000, 3));
    try expectEqual(0, raw(&pool, root, 0x0900_1000, 3));
}

test "leaf sizes follow both alignments and the size left" {
    const gib = fixture.gib_1;
    const mib = fixture.mib_2;
    const kib = fixture.kib_4;
    const Level = stage2.descriptor.Level;
    const cases = [_]struct { u64, u64, u64, Level }{
        .{ gib, 2 * gib, gib, .one },
        .{ gib, 2 * gib + mib, gib, .two },
        .{ gib + mib, 2 * gib, gib, .two },
        .{ gib, 2 * gib, gib - kib, .two },
        .{ mib, 3 * mib, mib, .two },
        .{ mib, 3 * mib, mib - kib, .three },
        .{ mib, 3 * mib + kib, mib, .three },
        .{ kib, kib, gib, .three },
    };
    for (cases) |case| {
        try expectEqual(case[3], stage2.builder.leafLevel(Ipa.from(case[0]), Pa.from(case[1]), case[2]));
    }
}

test "a pool that is too small is left empty" {
    const plan = try fixture.valid(&fixture.reference);
    for (1..7) |count| {
        var pool = newPool(count);
        try expectError(error.PoolExhausted, stage2.build(plan, &pool));
        try expectEqual(0, pool.used);
    }
    var pool = newPool(7);
    _ = try stage2.build(plan, &pool);
}

test "tables are cleared before use and can be used again" {
    var pool = newPool(16);
    const first = try stage2.build(try fixture.valid(&fixture.reference), &pool);
    try fixture.expectAgreement(try fixture.valid(&fixture.reference), &pool, first);
    pool.reset();
    const small = [_]stage2.Range{fixture.range(0x2000_0000, 0x7000_0000, fixture.kib_4)};
    const second = try stage2.build(try fixture.valid(&small), &pool);
    try fixture.expectAgreement(try fixture.valid(&small), &pool, second);
    try expectEqual(3, pool.used);
}

test "an empty plan maps nothing" {
    var pool = newPool(1);
    const root = try stage2.build(try fixture.valid(&.{}), &pool);
    var leaves = stage2.walker.leaves(pool.reader(), root);
    try expect(leaves.next() == null);
}

test "the pool knows its tables by physical address" {
    var pool = newPool(4);
    _ = try pool.take();
    const second = try pool.take();
    try expectEqual(fixture.pool_base.raw() + 0x1000, pool.addressOf(second).raw());
    try expectEqual(second, pool.at(fixture.pool_base.plus(0x1000)).?);
    try expect(pool.at(fixture.pool_base.plus(0x800)) == null);
    try expect(pool.at(fixture.pool_base.plus(0x2000)) == null);
    try expect(pool.at(Pa.from(fixture.pool_base.raw() - 0x1000)) == null);
}
