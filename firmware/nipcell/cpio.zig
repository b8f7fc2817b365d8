// SPDX-License-Identifier: Apache-2.0
//! Reading a `newc` cpio archive (Linux Documentation/driver-api/early-userspace/buffer-format.rst). Entries borrow the archive.
const std = @import("std");
const assert = std.debug.assert;

const header_size = 110;
const trailer = "TRAILER!!!";

pub const Error = error{
    /// The archive ends inside a header, name or file.
    Truncated,
    /// Not 070701 where a header must be.
    BadMagic,
    /// A header field that is not eight hexadecimal digits.
    BadField,
    /// A name without its terminator.
    BadName,
};

pub const Entry = struct {
    name: []const u8,
    mode: u32,
    data: []const u8,

    pub fn isRegular(entry: Entry) bool {
        return entry.mode & 0o170000 == 0o100000;
    }
};

pub const Reader = struct {
    archive: []const u8,
    offset: usize = 0,
    done: bool = false,

    pub fn init(archive: []const u8) Reader {
        return .{ .archive = archive };
    }

    /// Null after the trailer.
    pub fn next(reader: *Reader) Error!?Entry {
        if (reader.done) return null;
        const header = try take(reader.archive, reader.offset, header_size);
        if (!std.mem.eql(u8, header[0..6], "070701")) return error.BadMagic;
        const mode = try field(header, 1);
        const file_size = try field(header, 6);
        const name_size = try field(header, 11);
        const raw_name = try take(reader.archive, reader.offset + header_size, name_size);
        if (name_size == 0 or raw_name[name_size - 1] != 0) return error.BadName;
        const name = raw_name[0 .. name_size - 1];
        if (std.mem.indexOfScalar(u8, name, 0) != null) return error.BadName;
        if (std.mem.eql(u8, name, trailer)) {
            reader.done = true;
            return null;
        }
        const data_offset = std.mem.alignForward(usize, reader.offset + header_size + name_size, 4);
        const data = try take(reader.archive, data_offset, file_size);
        reader.offset = std.mem.alignForward(usize, data_offset + file_size, 4);
        assert(reader.offset > data_offset or file_size == 0);
        return .{ .name = name, .mode = mode, .data = data };
    }
};

fn take(bytes: []const u8, offset: usize, length: usize) Error![]const u8 {
    if (offset > bytes.len or length > bytes.len - offset) return error.Truncated;
    return bytes[offset..][0..length];
}

fn field(header: []const u8, index: usize) Error!u32 {
    assert(header.len == header_size and index < 13);
    var value: u32 = 0;
    for (header[6 + index * 8 ..][0..8]) |digit| {
        const nibble = std.fmt.charToDigit(digit, 16) catch return error.BadField;
        value = value << 4 | nibble;
    }
    return value;
}
