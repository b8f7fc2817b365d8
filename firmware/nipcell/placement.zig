// SPDX-License-Identifier: Apache-2.0
//! Where Image, initramfs and DTB go in the carve-out, on guest-physical ranges: Image at the base plus text_offset with all the
//! memory its header asks for, the DTB in the last 2 MiB, the initramfs just below it
//! (Linux Documentation/arm64/booting.rst, sections 2 and 4).
const std = @import("std");
const assert = std.debug.assert;
const stage2 = @import("stage2");
const image = @import("image.zig");
const Span = @import("span.zig").Span;

const mib_2 = stage2.address.block_size_2m;

pub const Request = struct {
    carve_out: Span,
    image: image.Header,
    initramfs_size: u64,
    dtb_size: u64,
};

pub const Placement = struct {
    carve_out: Span,
    /// From the load address on, BSS included.
    image: Span,
    initramfs: Span,
    /// The DTB and the room it may grow into.
    dtb: Span,

    /// Where the guest is entered.
    pub fn entry(placement: Placement) stage2.Ipa {
        return placement.image.base;
    }
};

pub const Reason = enum {
    image_too_large,
    initramfs_too_large,
    /// Over the 2 MiB that the boot protocol allows.
    dtb_too_large,
    empty_member,

    pub fn text(reason: Reason) []const u8 {
        return switch (reason) {
            .image_too_large => "the carve-out is too small for the Image's text_offset and image_size",
            .initramfs_too_large => "the carve-out is too small for Image, initramfs and DTB together",
            .dtb_too_large => "the DTB is over 2 MiB",
            .empty_member => "initramfs or DTB is empty",
        };
    }
};

/// What did not fit: bytes needed and bytes there.
pub const Refusal = struct { reason: Reason, needed: u64, available: u64 };

pub const Outcome = union(enum) { placed: Placement, refused: Refusal };

pub fn place(request: Request) Outcome {
    const carve_out = request.carve_out;
    assert(carve_out.base.isAligned(mib_2) and carve_out.size % mib_2 == 0 and carve_out.size > 0);
    if (request.dtb_size == 0 or request.initramfs_size == 0) return refuse(.empty_member, 1, 0);
    if (request.dtb_size > mib_2) return refuse(.dtb_too_large, request.dtb_size, mib_2);
    const image_end = std.math.add(u64, request.image.text_offset, request.image.image_size) catch std.math.maxInt(u64);
    const below_dtb = carve_out.size - mib_2;
    if (image_end > below_dtb) return refuse(.image_too_large, image_end, below_dtb);
    const room = std.mem.alignBackward(u64, below_dtb - image_end, stage2.address.page_size);
    const initramfs_pages = std.math.add(u64, request.initramfs_size, stage2.address.page_size - 1) catch
        return refuse(.initramfs_too_large, request.initramfs_size, room);
    const initramfs_size = initramfs_pages & ~(stage2.address.page_size - 1);
    if (initramfs_size > room) return refuse(.initramfs_too_large, initramfs_size, room);
    const placement: Placement = .{
        .carve_out = carve_out,
        .image = .{ .base = carve_out.base.plus(request.image.text_offset), .size = request.image.image_size },
        .initramfs = .{ .base = carve_out.base.plus(below_dtb - initramfs_size), .size = request.initramfs_size },
        .dtb = .{ .base = carve_out.base.plus(below_dtb), .size = mib_2 },
    };
    assertDisjoint(placement);
    return .{ .placed = placement };
}

fn refuse(reason: Reason, needed: u64, available: u64) Outcome {
    assert(needed > available);
    return .{ .refused = .{ .reason = reason, .needed = needed, .available = available } };
}

fn assertDisjoint(placement: Placement) void {
    const spans = [_]Span{ placement.image, placement.initramfs, placement.dtb };
    for (spans, 0..) |span, index| {
        assert(placement.carve_out.contains(span));
        for (spans[0..index]) |earlier| assert(!span.overlaps(earlier));
    }
}
