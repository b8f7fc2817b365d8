// SPDX-License-Identifier: Apache-2.0
//! The arm64 Image header (Linux Documentation/arm64/booting.rst, section 4).
const std = @import("std");
const assert = std.debug.assert;

pub const header_size = 64;
/// "ARM\x64" read as a little-endian u32.
pub const magic: u32 = 0x644d5241;

pub const Reason = enum {
    too_short,
    bad_magic,
    /// image_size 0: a kernel before 3.17, whose memory need is unknown.
    no_image_size,
    /// image_size smaller than the file: the header is not this file's.
    size_mismatch,
    big_endian,
    /// text_offset not 4 KiB aligned, or 2 MiB and more.
    bad_text_offset,

    pub fn text(reason: Reason) []const u8 {
        return switch (reason) {
            .too_short => "it is shorter than the 64-byte header",
            .bad_magic => "its magic is not 0x644d5241",
            .no_image_size => "its image_size is 0",
            .size_mismatch => "its image_size is smaller than the file",
            .big_endian => "it is big-endian",
            .bad_text_offset => "its text_offset is not a multiple of 4 KiB below 2 MiB",
        };
    }
};

pub const Header = struct {
    text_offset: u64,
    /// Memory the kernel takes from its load address on, BSS included.
    image_size: u64,
    flags: u64,

    /// Kernel page size in bytes, or null when the header does not say.
    pub fn pageSize(header: Header) ?u32 {
        return switch (@as(u2, @truncate(header.flags >> 1))) {
            0 => null,
            1 => 4096,
            2 => 16384,
            3 => 65536,
        };
    }
};

pub const Outcome = union(enum) { header: Header, refused: Reason };

/// Judges the header of a whole Image file.
pub fn check(file: []const u8) Outcome {
    if (file.len < header_size) return .{ .refused = .too_short };
    if (std.mem.readInt(u32, file[56..60], .little) != magic) return .{ .refused = .bad_magic };
    const header: Header = .{
        .text_offset = std.mem.readInt(u64, file[8..16], .little),
        .image_size = std.mem.readInt(u64, file[16..24], .little),
        .flags = std.mem.readInt(u64, file[24..32], .little),
    };
    if (header.flags & 1 != 0) return .{ .refused = .big_endian };
    if (header.image_size == 0) return .{ .refused = .no_image_size };
    if (header.image_size < file.len) return .{ .refused = .size_mismatch };
    if (header.text_offset % 4096 != 0 or header.text_offset >= 2 << 20) return .{ .refused = .bad_text_offset };
    assert(header.image_size >= header_size);
    return .{ .header = header };
}
