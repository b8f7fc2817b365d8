// SPDX-License-Identifier: Apache-2.0
//! Verifying a member where it lies.
const std = @import("std");
const nipcell = @import("nipcell");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const verify = nipcell.staging.verify;

test "each bit of a digest counts" {
    const bytes = "070701 some initramfs";
    const digest = nipcell.sha512.hash(bytes);
    try expectEqual(null, verify(.initramfs, bytes, digest));
    for (0..512) |bit| {
        var other = digest;
        other[bit / 8] ^= @as(u8, 1) << @intCast(bit % 8);
        const refusal = verify(.initramfs, bytes, other).?;
        try expectEqual(.digest_mismatch, refusal.reason);
        try expectEqual(other, refusal.expected);
        try expectEqual(digest, refusal.found);
    }
}

test "each kind of member has its magic" {
    const Case = struct { nipcell.bundle.Name, []const u8, ?nipcell.staging.Reason };
    const cases = [_]Case{
        .{ .image, fixture.image(), null },
        .{ .image, fixture.image()[1..], .bad_image },
        .{ .image, "short", .bad_image },
        .{ .initramfs, "\x1f\x8b", null },
        .{ .initramfs, "\x1f", .bad_initramfs_magic },
        .{ .initramfs, "070702", .bad_initramfs_magic },
        .{ .cell_dtb, "\xd0\x0d\xfe\xed", null },
        .{ .cell_dtb, "\xd0\x0d\xfe", .bad_dtb_magic },
        .{ .manifest, "\xed\xfe\x0d\xd0", .bad_dtb_magic },
    };
    for (cases) |case| {
        const refusal = verify(case[0], case[1], nipcell.sha512.hash(case[1]));
        try expectEqual(case[2], if (refusal) |found| found.reason else null);
        if (refusal) |found| try expectEqual(case[0], found.member);
    }
    for (std.enums.values(nipcell.staging.Reason)) |reason| try expect(reason.text().len > 10);
}
