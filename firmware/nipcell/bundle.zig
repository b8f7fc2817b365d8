// SPDX-License-Identifier: Apache-2.0
//! cell.cpio: the five members of a cell and their digests. Opening it checks that all are there, once each, with a sum each;
//! the bytes themselves are hashed after they are staged.
const std = @import("std");
const assert = std.debug.assert;
const copy = @import("copy.zig").copy;
const cpio = @import("cpio.zig");
const sums = @import("sums.zig");
const Digest = @import("sha512.zig").Digest;

pub const Name = enum {
    manifest,
    cell_dtb,
    image,
    initramfs,

    /// The name in the archive and in SHA512SUMS.
    pub fn path(name: Name) []const u8 {
        return switch (name) {
            .manifest => "manifest.dtb",
            .cell_dtb => "cell.dtb",
            .image => "Image",
            .initramfs => "initramfs.cpio.gz",
        };
    }
};

pub const Member = struct { bytes: []const u8, digest: Digest };

pub const Fault = enum {
    /// Not a readable newc archive.
    bad_archive,
    /// A member is not there.
    missing_member,
    duplicate_member,
    /// A member that is not a regular file, or is empty.
    bad_member,
    /// SHA512SUMS is not there.
    missing_sums,
    /// SHA512SUMS is malformed or names a member twice.
    bad_sums,
    /// SHA512SUMS has no line for a member.
    missing_sum,
    /// The members beside the Image are larger than the memory that is kept for them.
    no_room,
};

/// `member` is null when the archive or SHA512SUMS itself is at fault.
pub const Refusal = struct { fault: Fault, member: ?Name = null };

pub const Bundle = struct {
    members: std.EnumArray(Name, Member),

    pub fn get(bundle: *const Bundle, name: Name) Member {
        return bundle.members.get(name);
    }

    /// Takes every member but the Image to `keep`, which must lie outside the archive: the Image, nearly all of a bundle, may then
    /// be moved over the archive it came in. Null when `keep` is too small.
    pub fn lift(bundle: *Bundle, keep: []u8) ?void {
        var used: usize = 0;
        for (std.enums.values(Name)) |name| {
            if (name == .image) continue;
            const member = bundle.members.getPtr(name);
            const begin = std.mem.alignForward(usize, used, lift_align);
            const end = std.math.add(usize, begin, member.bytes.len) catch return null;
            if (end > keep.len) return null;
            copy(keep[begin..end], member.bytes);
            member.bytes = keep[begin..end];
            used = end;
        }
    }
};

/// Hashing and parsing are fastest on whole words.
const lift_align = 8;

pub const Outcome = union(enum) { bundle: Bundle, refused: Refusal };

pub fn open(archive: []const u8) Outcome {
    var found: std.EnumArray(Name, ?[]const u8) = .initFill(null);
    var sums_text: ?[]const u8 = null;
    var reader = cpio.Reader.init(archive);
    while (reader.next() catch return refuse(.bad_archive, null)) |entry| {
        if (std.mem.eql(u8, entry.name, "SHA512SUMS")) {
            if (sums_text != null) return refuse(.bad_sums, null);
            sums_text = entry.data;
            continue;
        }
        const name = nameOf(entry.name) orelse continue;
        if (found.get(name) != null) return refuse(.duplicate_member, name);
        if (!entry.isRegular() or entry.data.len == 0) return refuse(.bad_member, name);
        found.set(name, entry.data);
    }
    const text = sums_text orelse return refuse(.missing_sums, null);
    var bundle: Bundle = .{ .members = .initUndefined() };
    for (std.enums.values(Name)) |name| {
        const bytes = found.get(name) orelse return refuse(.missing_member, name);
        const digest = sums.find(text, name.path()) catch return refuse(.bad_sums, null);
        bundle.members.set(name, .{ .bytes = bytes, .digest = digest orelse return refuse(.missing_sum, name) });
    }
    return .{ .bundle = bundle };
}

fn nameOf(path: []const u8) ?Name {
    for (std.enums.values(Name)) |name| if (std.mem.eql(u8, name.path(), path)) return name;
    return null;
}

fn refuse(fault: Fault, member: ?Name) Outcome {
    return .{ .refused = .{ .fault = fault, .member = member } };
}
