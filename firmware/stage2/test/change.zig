// SPDX-License-Identifier: Apache-2.0
//! Changes of live tables, executed on the model: the whole sequence is safe, and without any one of its steps it is not.
const std = @import("std");
const stage2 = @import("stage2");
const fixture = @import("fixture.zig");
const Machine = @import("tlb_model.zig").Machine;
const change = stage2.change;
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectError = std.testing.expectError;
const Ipa = stage2.Ipa;
const Pa = stage2.Pa;

const block = 0x4820_0000;
const page = 0x9000_2000;
const rw: stage2.descriptor.Attributes = .{ .memory = .normal, .access = .rw, .execute = false };
const ro: stage2.descriptor.Attributes = .{ .memory = .normal, .access = .ro, .execute = false };

var tables: [16]stage2.Table = undefined;

const World = struct {
    pool: stage2.TablePool,
    root: Pa,

    fn init() !World {
        var world: World = .{ .pool = .init(&tables, fixture.pool_base), .root = undefined };
        world.root = try stage2.build(try fixture.valid(&fixture.reference), &world.pool);
        return world;
    }

    fn translate(world: *World, ipa: u64) ?stage2.walker.Mapping {
        return switch (stage2.walker.translate(world.pool.reader(), world.root, Ipa.from(ipa))) {
            .mapped => |mapping| mapping,
            .fault => null,
        };
    }
};

const Kind = enum { unmap_page, unmap_block, replace_page, replace_block, split_block };

fn stepsOf(kind: Kind, world: *World, options: change.Options) change.Error!change.Steps {
    return switch (kind) {
        .unmap_page => change.unmapLeaf(&world.pool, world.root, Ipa.from(page), options),
        .unmap_block => change.unmapLeaf(&world.pool, world.root, Ipa.from(block), options),
        .replace_page => change.replaceLeaf(&world.pool, world.root, Ipa.from(page), .{ .pa = Pa.from(0x5f00_9000), .attributes = ro }, options),
        .replace_block => change.replaceLeaf(&world.pool, world.root, Ipa.from(block), .{ .pa = Pa.from(0x4840_0000), .attributes = rw }, options),
        .split_block => change.splitBlock(&world.pool, world.root, Ipa.from(block), options),
    };
}

fn watchedBy(kind: Kind) [2]Ipa {
    return switch (kind) {
        .unmap_page, .replace_page => .{ Ipa.from(page), Ipa.from(page + 8) },
        else => .{ Ipa.from(block), Ipa.from(block + 0x5008) },
    };
}

fn runWithout(kind: Kind, options: change.Options, skip: ?usize) !void {
    var world = try World.init();
    const steps = try stepsOf(kind, &world, options);
    const watched = watchedBy(kind);
    var machine: Machine = .{
        .pool = &world.pool,
        .root = world.root,
        .watched = &watched,
        .vmid_selected = options.vmid_is_current,
    };
    try machine.run(steps.slice(), skip);
    for (watched) |ipa| if (!isDone(kind, world.translate(ipa.raw()))) return error.NotDone;
}

fn isDone(kind: Kind, now: ?stage2.walker.Mapping) bool {
    const mapping = now orelse return kind == .unmap_page or kind == .unmap_block;
    return switch (kind) {
        .unmap_page, .unmap_block => false,
        .replace_page => mapping.pa.raw() & ~@as(u64, 0xfff) == 0x5f00_9000 and !mapping.writable,
        .replace_block => mapping.pa.raw() & ~@as(u64, 0x1f_ffff) == 0x4840_0000,
        .split_block => mapping.size <= 0x1000,
    };
}

test "every change is safe at every moment" {
    for (std.enums.values(Kind)) |kind| {
        for ([_]bool{ false, true }) |current| {
            for ([_]bool{ false, true }) |repeat| {
                try runWithout(kind, .{ .vmid_is_current = current, .repeat_tlbi = repeat }, null);
            }
        }
    }
}

test "no step can be left out" {
    for (std.enums.values(Kind)) |kind| {
        var world = try World.init();
        const options: change.Options = .{ .vmid_is_current = false };
        const steps = try stepsOf(kind, &world, options);
        for (steps.slice(), 0..) |step, index| {
            // The model executes in program order, so it cannot miss the ISB; a read-only last step is not in the list either.
            if (step == .isb) continue;
            if (runWithout(kind, options, index)) |_| {
                std.debug.print("{t}: nothing happens without step {d}, {t}\n", .{ kind, index, step });
                return error.TestUnexpectedResult;
            } else |_| {}
        }
    }
}

test "the order of the first two TLBIs matters" {
    var world = try World.init();
    var steps = try stepsOf(.unmap_page, &world, .{ .vmid_is_current = true });
    const list = steps.buffer[0..steps.len];
    // write, dsb, tlbi ipa, dsb, tlbi vmalle1, dsb, isb
    std.mem.swap(change.Step, &list[2], &list[4]);
    const watched = watchedBy(.unmap_page);
    var machine: Machine = .{ .pool = &world.pool, .root = world.root, .watched = &watched, .vmid_selected = true };
    try expectError(error.StaleTranslation, machine.run(list, null));
}

test "what each change leaves behind" {
    var world = try World.init();
    execute((try stepsOf(.split_block, &world, .{ .vmid_is_current = true })).slice());
    for ([_]u64{ 0, 0x1000, 0x1f_f000 }) |offset| {
        const mapping = world.translate(block + offset).?;
        try expectEqual(block + offset, mapping.pa.raw());
        try expectEqual(0x1000, mapping.size);
        try expect(mapping.writable and mapping.executable and mapping.write_back);
    }
    // The neighbours are untouched, and all of it still agrees with the plan.
    try fixture.expectAgreement(try fixture.valid(&fixture.reference), &world.pool, world.root);
    const to: change.Target = .{ .pa = Pa.from(0x7000_0000), .attributes = ro };
    execute((try change.replaceLeaf(&world.pool, world.root, Ipa.from(block + 0x3000), to, .{ .vmid_is_current = true })).slice());
    try expectEqual(0x7000_0000, world.translate(block + 0x3000).?.pa.raw());
    try expect(!world.translate(block + 0x3000).?.writable);
    try expectEqual(block + 0x4000, world.translate(block + 0x4000).?.pa.raw());
    execute((try change.unmapLeaf(&world.pool, world.root, Ipa.from(block + 0x3000), .{ .vmid_is_current = true })).slice());
    try expect(world.translate(block + 0x3000) == null);
    try expect(world.translate(block + 0x2000) != null);
}

test "splitting 1 GiB gives 2 MiB blocks" {
    const huge = [_]stage2.Range{fixture.range(0x4000_0000, 0x8000_0000, 0x4000_0000)};
    var pool: stage2.TablePool = .init(&tables, fixture.pool_base);
    const plan = stage2.validate(&huge, &.{}, .{}).valid;
    const root = try stage2.build(plan, &pool);
    try expectEqual(1, pool.used);
    execute((try change.splitBlock(&pool, root, Ipa.from(0x4000_0000), .{ .vmid_is_current = true })).slice());
    try fixture.expectAgreement(plan, &pool, root);
    const mapping = stage2.walker.translate(pool.reader(), root, Ipa.from(0x4020_0000)).mapped;
    try expectEqual(0x20_0000, mapping.size);
}

test "mapping a leaf prepares tables out of sight" {
    const levels = [_]stage2.descriptor.Level{ .three, .two, .one };
    for (levels, [_]u64{ 0x60_0060_5000, 0x60_40e0_0000, 0x60_8000_0000 }) |level, ipa| {
        var world = try World.init();
        const to: change.Target = .{ .pa = Pa.from(0x40_0000_0000), .attributes = rw };
        const before = world.pool.used;
        const steps = try change.mapLeaf(&world.pool, world.root, Ipa.from(ipa), level, to);
        try expect(world.translate(ipa) == null);
        try expectEqual(before + @backingInt(level) - 1, world.pool.used);
        const watched = [_]Ipa{Ipa.from(ipa)};
        var machine: Machine = .{ .pool = &world.pool, .root = world.root, .watched = &watched, .vmid_selected = false };
        try machine.run(steps.slice(), null);
        try expectEqual(level.size(), world.translate(ipa).?.size);
        try expectEqual(0x40_0000_0000, world.translate(ipa).?.pa.raw());
        // New tables: their contents are ordered before the link to them.
        try expectEqual(level != .one, steps.slice()[0] == .dsb_ishst);
        try expect(steps.slice()[steps.len - 1] == .dsb_ishst);
    }
}

test "changes that make no sense are refused" {
    var world = try World.init();
    const to: change.Target = .{ .pa = Pa.from(0x5f00_0000), .attributes = ro };
    const options: change.Options = .{ .vmid_is_current = true };
    const at = Ipa.from;
    try expectError(error.NotMapped, change.unmapLeaf(&world.pool, world.root, at(0xa000_0000), options));
    try expectError(error.NotMapped, change.replaceLeaf(&world.pool, world.root, at(0x0900_1000), to, options));
    try expectError(error.BadRange, change.splitBlock(&world.pool, world.root, at(page), options));
    try expectError(error.BadRange, change.unmapLeaf(&world.pool, world.root, at(1 << 39), options));
    try expectError(error.AlreadyMapped, change.mapLeaf(&world.pool, world.root, at(page), .three, to));
    try expectError(error.AlreadyMapped, change.mapLeaf(&world.pool, world.root, at(block), .two, to));
    try expectError(error.AlreadyMapped, change.mapLeaf(&world.pool, world.root, at(0x9000_0000), .two, to));
    try expectError(error.BadRange, change.mapLeaf(&world.pool, world.root, at(0xa000_1000), .two, to));
    const page_aligned: change.Target = .{ .pa = Pa.from(0x7000_1000), .attributes = rw };
    try expectError(error.BadRange, change.mapLeaf(&world.pool, world.root, at(0xa000_0000), .two, page_aligned));
    try expectError(error.BadRange, change.mapLeaf(&world.pool, world.root, at(1 << 39), .three, page_aligned));
    const odd: change.Target = .{ .pa = Pa.from(0x4810_0000), .attributes = rw };
    try expectError(error.BadRange, change.replaceLeaf(&world.pool, world.root, at(block), odd, options));
    world.pool.tables = world.pool.tables[0..world.pool.used];
    try expectError(error.PoolExhausted, change.splitBlock(&world.pool, world.root, at(block), options));
    try expectError(error.PoolExhausted, change.mapLeaf(&world.pool, world.root, at(0x60_0000_0000), .three, to));
    try expectEqual(7, world.pool.used);
}

test "synchronising is DSB, TLBI of the VMID, DSB, ISB" {
    const steps = change.synchronise();
    const expected = [_]std.meta.Tag(change.Step){ .dsb_ishst, .tlbi_vmalls12e1is, .dsb_ish, .isb };
    try expectEqual(expected.len, steps.len);
    for (steps.slice(), expected) |step, tag| try expectEqual(tag, std.meta.activeTag(step));
    // After tables were rewritten in place, it removes whatever was cached.
    var world = try World.init();
    const watched = watchedBy(.unmap_page);
    var machine: Machine = .{ .pool = &world.pool, .root = world.root, .watched = &watched, .vmid_selected = true };
    const write: change.Step = .{ .write = .{ .entry = entryOf(&world, page), .value = 0 } };
    try machine.run(&([1]change.Step{write} ++ expectedSteps(steps)), null);
    try expect(world.translate(page) == null);
}

fn expectedSteps(steps: change.Steps) [4]change.Step {
    return steps.buffer[0..4].*;
}

fn entryOf(world: *World, ipa: u64) *u64 {
    const two = world.pool.at(Pa.from(world.pool.at(world.root).?.entries[ipa >> 30 & 511] & 0xffff_ffff_f000)).?;
    const three = world.pool.at(Pa.from(two.entries[ipa >> 21 & 511] & 0xffff_ffff_f000)).?;
    return &three.entries[ipa >> 12 & 511];
}

fn execute(steps: []const change.Step) void {
    for (steps) |step| switch (step) {
        .write => |write| write.entry.* = write.value,
        else => {},
    };
}
