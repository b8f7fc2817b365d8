// SPDX-License-Identifier: Apache-2.0
//! SHA512SUMS as `sha512sum` writes it: 128 lower-case digits, two spaces, a name, a newline.
const std = @import("std");
const assert = std.debug.assert;
const Digest = @import("sha512.zig").Digest;

pub const Error = error{
    /// A line of another form.
    BadLine,
    /// Two lines for one name.
    Duplicate,
};

pub const Entry = struct { digest: Digest, name: []const u8 };

const digits = 2 * @sizeOf(Digest);
const name_at = digits + 2;

pub const Reader = struct {
    rest: []const u8,

    pub fn next(reader: *Reader) Error!?Entry {
        if (reader.rest.len == 0) return null;
        const end = std.mem.indexOfScalar(u8, reader.rest, '\n') orelse return error.BadLine;
        const line = reader.rest[0..end];
        if (line.len <= name_at or line[digits] != ' ' or line[digits + 1] != ' ') return error.BadLine;
        var entry: Entry = .{ .digest = undefined, .name = line[name_at..] };
        for (&entry.digest, 0..) |*byte, index| {
            byte.* = try lowerHex(line[index * 2]) << 4 | try lowerHex(line[index * 2 + 1]);
        }
        reader.rest = reader.rest[end + 1 ..];
        assert(entry.name.len > 0);
        return entry;
    }
};

/// The digest of `name`, or null. The whole file is read, so that a malformed or contradictory one is always refused.
pub fn find(text: []const u8, name: []const u8) Error!?Digest {
    assert(name.len > 0);
    var reader: Reader = .{ .rest = text };
    var found: ?Digest = null;
    while (try reader.next()) |entry| {
        if (!std.mem.eql(u8, entry.name, name)) continue;
        if (found != null) return error.Duplicate;
        found = entry.digest;
    }
    return found;
}

fn lowerHex(digit: u8) Error!u8 {
    return switch (digit) {
        '0'...'9' => digit - '0',
        'a'...'f' => digit - 'a' + 10,
        else => error.BadLine,
    };
}
