// SPDX-License-Identifier: Apache-2.0
//! Putting a cell's members into its carve-out: copied, hashed where they lie, compared with what the bundle promised.
//! Pure over byte slices; the caller cleans the caches afterwards.
const std = @import("std");
const assert = std.debug.assert;
const bundle_file = @import("bundle.zig");
const move = @import("copy.zig").move;
const image = @import("image.zig");
const sha512 = @import("sha512.zig");
const Bundle = bundle_file.Bundle;
const Placement = @import("placement.zig").Placement;
const Span = @import("span.zig").Span;

/// A member in its place: the span of its own bytes and their digest as hashed there.
pub const Item = struct { span: Span, digest: sha512.Digest };

pub const Staged = struct { image: Item, initramfs: Item, dtb: Item };

pub const Reason = enum {
    digest_mismatch,
    bad_image,
    /// The staged DTB does not begin with 0xd00dfeed.
    bad_dtb_magic,
    /// The staged initramfs is neither gzip nor newc cpio.
    bad_initramfs_magic,

    pub fn text(reason: Reason) []const u8 {
        return switch (reason) {
            .digest_mismatch => "its SHA-512 is not the one in SHA512SUMS",
            .bad_image => "it is not an arm64 Image",
            .bad_dtb_magic => "its magic is not 0xd00dfeed",
            .bad_initramfs_magic => "it is neither gzip nor newc cpio",
        };
    }
};

pub const Refusal = struct {
    member: bundle_file.Name,
    reason: Reason,
    /// For `digest_mismatch`.
    expected: sha512.Digest = @splat(0),
    found: sha512.Digest = @splat(0),
};

pub const Outcome = union(enum) { staged: Staged, refused: Refusal };

/// `carve_out` is all of the cell's memory, as this side sees it. The Image goes first and may lie in it already: the other
/// members must not (`Bundle.lift`).
pub fn stage(bundle: *const Bundle, placement: Placement, carve_out: []u8) Outcome {
    assert(carve_out.len == placement.carve_out.size);
    const names = [_]bundle_file.Name{ .image, .initramfs, .cell_dtb };
    const spans = [_]Span{ placement.image, placement.initramfs, placement.dtb };
    var items: [names.len]Item = undefined;
    for (names, spans, &items) |name, span, *item| {
        const member = bundle.get(name);
        const place: Span = .{ .base = span.base, .size = member.bytes.len };
        assert(member.bytes.len <= span.size);
        const bytes = placement.carve_out.slice(carve_out, place);
        move(bytes, member.bytes);
        if (verify(name, bytes, member.digest)) |refusal| return .{ .refused = refusal };
        item.* = .{ .span = place, .digest = member.digest };
    }
    return .{ .staged = .{ .image = items[0], .initramfs = items[1], .dtb = items[2] } };
}

/// Digest first, then magic: a mismatch is the more telling answer for a corrupt file. Also used for the manifest, which is
/// read where it lies.
pub fn verify(name: bundle_file.Name, bytes: []const u8, expected: sha512.Digest) ?Refusal {
    assert(bytes.len > 0);
    const found = sha512.hash(bytes);
    if (!std.mem.eql(u8, &found, &expected)) {
        return .{ .member = name, .reason = .digest_mismatch, .expected = expected, .found = found };
    }
    const bad: ?Reason = switch (name) {
        .image => if (image.check(bytes) == .header) null else .bad_image,
        .manifest, .cell_dtb => if (startsWith(bytes, "\xd0\x0d\xfe\xed")) null else .bad_dtb_magic,
        .initramfs => if (startsWith(bytes, "\x1f\x8b") or startsWith(bytes, "070701")) null else .bad_initramfs_magic,
    };
    return if (bad) |reason| .{ .member = name, .reason = reason } else null;
}

fn startsWith(bytes: []const u8, magic: []const u8) bool {
    return std.mem.startsWith(u8, bytes, magic);
}
