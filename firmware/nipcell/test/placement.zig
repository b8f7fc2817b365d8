// SPDX-License-Identifier: Apache-2.0
//! Placement by property: whatever fits is inside, apart, aligned; whatever is refused did not fit.
const std = @import("std");
const nipcell = @import("nipcell");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const Span = nipcell.Span;

const mib_2 = 0x20_0000;

test "the reference cell" {
    const placed = nipcell.placement.place(.{
        .carve_out = .from(0x4800_0000, 0x1000_0000),
        .image = .{ .text_offset = 0, .image_size = 0x59_0000, .flags = 0xa },
        .initramfs_size = 200_001,
        .dtb_size = 3000,
    }).placed;
    try expectEqual(0x4800_0000, placed.entry().raw());
    try expectEqual(0x57e0_0000, placed.dtb.base.raw());
    try expectEqual(mib_2, placed.dtb.size);
    try expectEqual(0x57dc_f000, placed.initramfs.base.raw());
    try expectEqual(200_001, placed.initramfs.size);
}

test "random requests" {
    var state = std.Random.DefaultPrng.init(77);
    const random = state.random();
    var fitted: usize = 0;
    var refused: usize = 0;
    for (0..50_000) |_| {
        const carve_out = Span.from(random.uintLessThan(u64, 1000) * mib_2, (1 + random.uintLessThan(u64, 16)) * mib_2);
        const request: nipcell.placement.Request = .{
            .carve_out = carve_out,
            .image = .{
                .text_offset = random.uintLessThan(u64, 512) * 0x1000,
                .image_size = 1 + random.uintLessThan(u64, carve_out.size),
                .flags = 0xa,
            },
            .initramfs_size = 1 + random.uintLessThan(u64, carve_out.size),
            .dtb_size = 1 + random.uintLessThan(u64, mib_2 + mib_2 / 8),
        };
        switch (nipcell.placement.place(request)) {
            .placed => |placed| {
                fitted += 1;
                try expectEqual(carve_out.base.raw() + request.image.text_offset, placed.image.base.raw());
                try expectEqual(request.image.image_size, placed.image.size);
                try expectEqual(request.initramfs_size, placed.initramfs.size);
                try expect(placed.dtb.base.isAligned(mib_2) and placed.initramfs.base.isAligned(0x1000));
                try expect(request.dtb_size <= placed.dtb.size);
                try expect(placed.image.end() <= placed.initramfs.base.raw());
                try expect(placed.initramfs.end() <= placed.dtb.base.raw());
                try expectEqual(carve_out.end(), placed.dtb.end());
            },
            .refused => |why| {
                refused += 1;
                try expect(why.needed > why.available);
                const rounded = std.mem.alignForward(u64, request.initramfs_size, 0x1000);
                const together = request.image.text_offset + request.image.image_size + rounded + mib_2;
                // One page may be lost to the initramfs's alignment.
                try expect(request.dtb_size > mib_2 or together + 0x1000 > carve_out.size);
            },
        }
    }
    try expect(fitted > 1000 and refused > 1000);
}

test "sizes at their extremes" {
    var request: nipcell.placement.Request = .{
        .carve_out = .from(0x4800_0000, 4 * mib_2),
        .image = .{ .text_offset = 0, .image_size = mib_2, .flags = 0xa },
        .initramfs_size = mib_2,
        .dtb_size = mib_2,
    };
    try expect(nipcell.placement.place(request) == .placed);
    request.dtb_size = mib_2 + 1;
    try expectEqual(.dtb_too_large, nipcell.placement.place(request).refused.reason);
    request.dtb_size = 0;
    try expectEqual(.empty_member, nipcell.placement.place(request).refused.reason);
    request.dtb_size = 1;
    for ([_]u64{ 0, 2 * mib_2 + 1, std.math.maxInt(u64), std.math.maxInt(u64) - 0xfff }, 0..) |size, index| {
        request.initramfs_size = size;
        const expected: nipcell.placement.Reason = if (index == 0) .empty_member else .initramfs_too_large;
        try expectEqual(expected, nipcell.placement.place(request).refused.reason);
    }
    request.initramfs_size = 1;
    request.carve_out.size = mib_2;
    try expectEqual(.image_too_large, nipcell.placement.place(request).refused.reason);
    inline for (comptime std.enums.values(nipcell.placement.Reason)) |reason| try expect(reason.text().len > 10);
}

test "spans against counting bytes" {
    // All pairs of small spans.
    for (0..8) |a_base| for (0..5) |a_size| for (0..8) |b_base| for (0..5) |b_size| {
        const a = Span.from(a_base, a_size);
        const b = Span.from(b_base, b_size);
        var shared: usize = 0;
        for (0..16) |byte| {
            const in_a = byte >= a_base and byte < a_base + a_size;
            const in_b = byte >= b_base and byte < b_base + b_size;
            shared += @intFromBool(in_a and in_b);
        }
        try expectEqual(shared > 0, a.overlaps(b));
        if (b_size > 0) try expectEqual(shared == b_size, a.contains(b));
        try expectEqual(a_base + a_size, a.end());
    };
    var bytes: [16]u8 = undefined;
    for (&bytes, 0..) |*byte, index| byte.* = @intCast(index);
    const part = Span.from(100, 16).slice(&bytes, .from(105, 3));
    try expectEqual([3]u8{ 5, 6, 7 }, part[0..3].*);
    try expectEqual(3, part.len);
}
