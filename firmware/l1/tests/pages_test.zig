// SPDX-License-Identifier: Apache-2.0
const std = @import("std");
const pages = @import("../pages.zig");

const Pages = pages.Pages;
const page_size = pages.page_size;
const testing = std.testing;

fn address(value: u64) pages.PhysicalAddress {
    return @fromBackingInt(@intCast(value));
}

test "the whole pool can be handed out, page by page, and then no more" {
    var bitmap: [4]u64 = undefined;
    var pool: Pages = .init(&bitmap, address(0x4020_0000), 200);
    for (0..200) |index| {
        const page = try pool.allocate(.{});
        try testing.expectEqual(0x4020_0000 + index * page_size, @backingInt(page));
    }
    try testing.expectError(error.OutOfPages, pool.allocate(.{}));
    try testing.expectEqual(0, pool.free_count);
    try pool.free(address(0x4020_0000 + 77 * page_size), 1);
    try testing.expectEqual(address(0x4020_0000 + 77 * page_size), try pool.allocate(.{}));
}

test "a free that is not due changes nothing" {
    var bitmap: [1]u64 = undefined;
    var pool: Pages = .init(&bitmap, address(0x10_0000), 16);
    const run = try pool.allocate(.{ .page_count = 4 });
    try testing.expectError(error.NotAllocated, pool.free(run, 5));
    try testing.expectError(error.OutsidePool, pool.free(address(@backingInt(run) + 1), 1));
    try testing.expectError(error.OutsidePool, pool.free(address(0x10_0000 - page_size), 1));
    try testing.expectError(error.OutsidePool, pool.free(address(0x10_0000 + 16 * page_size), 1));
    try testing.expectError(error.OutsidePool, pool.free(run, 17));
    try testing.expectError(error.OutsidePool, pool.free(run, 0));
    try testing.expectEqual(12, pool.free_count);
    try pool.free(run, 4);
    try testing.expectError(error.NotAllocated, pool.free(run, 1));
    try testing.expectEqual(16, pool.free_count);
}

test "alignment counts from address zero, not from the pool's start" {
    var bitmap: [1]u64 = undefined;
    var pool: Pages = .init(&bitmap, address(0x3000), 32);
    const aligned = try pool.allocate(.{ .page_count = 2, .alignment_pages = 8 });
    try testing.expectEqual(address(0x8000), aligned);
    const low = try pool.allocate(.{});
    try testing.expectEqual(address(0x3000), low);
}

/// The same pool as an array of flags, with the obvious algorithms.
const Model = struct {
    used: [100]bool = @splat(false),
    const base_page = 5;

    fn fits(model: *const Model, start: usize, count: usize) bool {
        if (start + count > model.used.len) return false;
        for (model.used[start..][0..count]) |used| if (used) return false;
        return true;
    }

    fn allocate(model: *Model, count: usize, alignment: usize) ?usize {
        for (0..model.used.len) |start| {
            if ((start + base_page) % alignment != 0 or !model.fits(start, count)) continue;
            @memset(model.used[start..][0..count], true);
            return start;
        }
        return null;
    }

    fn free(model: *Model, start: usize, count: usize) bool {
        if (count == 0 or start >= model.used.len or count > model.used.len - start) return false;
        for (model.used[start..][0..count]) |used| if (!used) return false;
        @memset(model.used[start..][0..count], false);
        return true;
    }
};

test "it agrees with an array of flags over fifty thousand random calls" {
    var random_state: std.Random.DefaultPrng = .init(0x5eed);
    const random = random_state.random();
    var bitmap: [2]u64 = undefined;
    var pool: Pages = .init(&bitmap, address(Model.base_page * page_size), 100);
    var model: Model = .{};
    for (0..50_000) |_| {
        const count = random.intRangeAtMost(usize, 1, 9);
        if (random.boolean()) {
            const alignment = @as(usize, 1) << random.int(u3);
            const expected = model.allocate(count, alignment);
            const got = pool.allocate(.{ .page_count = count, .alignment_pages = alignment });
            if (expected) |start| {
                try testing.expectEqual(address((Model.base_page + start) * page_size), try got);
            } else try testing.expectError(error.OutOfPages, got);
        } else {
            const start = random.uintLessThan(usize, 110);
            const freed = pool.free(address((Model.base_page + start) * page_size), count);
            try testing.expectEqual(model.free(start, count), if (freed) true else |_| false);
        }
        try testing.expectEqual(std.mem.count(bool, &model.used, &.{false}), pool.free_count);
    }
}
