// SPDX-License-Identifier: Apache-2.0
//! What Rumpk says: whole lines only, for people (`[rumpk] …`) and for proofs
//! (`@rumpk record key=value …`). Lines are gathered in one buffer and leave in one
//! piece, so a trap in the middle of a record never tears it.
//!
//! A cell can write to the same UART, but not into this memory: every line is kept here
//! too, and what stands on the console alone was not said by Rumpk.
//!
//! No std.fmt: its writers would cost a fifth of the image's budget.

const std = @import("std");

/// Where finished bytes go. Null until the boot has found a console, and where there is none.
pub const Sink = *const fn (bytes: []const u8) void;

const line_capacity = 512;

var sink: ?Sink = null;
var line: [line_capacity]u8 = undefined;
var used: usize = 0;

/// Everything that was said, for who can read Rumpk's memory. The image header says where
/// it is (rumpk/entry.S); libs/proof/src/console/kept-lines.ts reads it.
pub const Kept = extern struct {
    magic: [8]u8,
    capacity: u32,
    /// Bytes of `text` in use; whole lines.
    used: u32,
    /// Lines since the first that found no room.
    lost: u64,
    text: [capacity_of_kept]u8,

    const magic_value = "RUMPKSAY";
};

const capacity_of_kept = 16 * 1024;

export var rumpk_kept: Kept = .{ .magic = @splat(0), .capacity = 0, .used = 0, .lost = 0, .text = @splat(0) };

fn keep(bytes: []const u8) void {
    const kept = &rumpk_kept;
    kept.magic = Kept.magic_value.*;
    kept.capacity = capacity_of_kept;
    // After a gap nothing more: what is kept is all that was said up to there.
    if (kept.lost != 0 or bytes.len > capacity_of_kept - kept.used) {
        kept.lost += 1;
        return;
    }
    @memcpy(kept.text[kept.used..][0..bytes.len], bytes);
    kept.used += @intCast(bytes.len);
}

pub fn setSink(new_sink: Sink) void {
    sink = new_sink;
}

/// Forgets a half-gathered line: for fault reports, which may interrupt one.
pub fn discard() void {
    used = 0;
}

/// A line for people. `format` knows {s}, {d}, {x}, {x16} (sixteen digits) and {bytes}
/// (a slice, two digits a byte).
pub fn people(comptime format: []const u8, arguments: anytype) void {
    put("[rumpk] ");
    formatted(format, arguments);
    endLine();
}

/// A bare line without a prefix (banners, raw reports).
pub fn raw(text: []const u8) void {
    put(text);
    endLine();
}

/// A bare formatted line.
pub fn rawf(comptime format: []const u8, arguments: anytype) void {
    formatted(format, arguments);
    endLine();
}

/// Starts the structured record `@rumpk <name>`; its fields follow, then `end`.
pub fn record(name: []const u8) Record {
    put("@rumpk ");
    put(name);
    return .{};
}

pub const Record = struct {
    pub noinline fn dec(self: Record, key: []const u8, value: u64) Record {
        field(key);
        putDecimal(value);
        return self;
    }

    pub noinline fn hex(self: Record, key: []const u8, value: u64) Record {
        field(key);
        put("0x");
        putHex(value, 1);
        return self;
    }

    /// Hexadecimal padded to eight digits: addresses and sizes people compare by eye.
    pub noinline fn hex32(self: Record, key: []const u8, value: u64) Record {
        field(key);
        put("0x");
        putHex(value, 8);
        return self;
    }

    pub noinline fn word(self: Record, key: []const u8, value: []const u8) Record {
        field(key);
        put(value);
        return self;
    }

    /// A digest: two lower-case hexadecimal digits a byte, no prefix.
    pub noinline fn digest(self: Record, key: []const u8, bytes: []const u8) Record {
        field(key);
        putBytes(bytes);
        return self;
    }

    pub fn end(_: Record) void {
        endLine();
    }
};

fn field(key: []const u8) void {
    put(" ");
    put(key);
    put("=");
}

noinline fn endLine() void {
    // Room for the terminator is kept by `put`, so the line always ends.
    line[used] = '\r';
    line[used + 1] = '\n';
    const bytes = line[0 .. used + 2];
    used = 0;
    keep(bytes);
    if (sink) |write| write(bytes);
}

// The putters are never inlined: a line costs its call sites, not copies of these.
noinline fn put(text: []const u8) void {
    const room = line_capacity - 2 - used;
    const taken = text[0..@min(text.len, room)];
    @memcpy(line[used..][0..taken.len], taken);
    used += taken.len;
}

fn putBytes(bytes: []const u8) void {
    for (bytes) |byte| putHex(byte, 2);
}

fn putHex(value: u64, min_digits: u6) void {
    putNumber(value, 16, min_digits);
}

fn putDecimal(value: u64) void {
    putNumber(value, 10, 1);
}

noinline fn putNumber(value: u64, base: u64, min_digits: u6) void {
    var text: [20]u8 = undefined;
    var at: usize = text.len;
    var rest = value;
    while (rest != 0 or text.len - at < min_digits) : (rest /= base) {
        at -= 1;
        text[at] = "0123456789abcdef"[@as(u4, @intCast(rest % base))];
    }
    put(text[at..]);
}

/// Splits `format` at compile time; each piece becomes one call of the putters above.
inline fn formatted(comptime format: []const u8, arguments: anytype) void {
    comptime var rest = format;
    inline for (arguments) |argument| {
        const open = comptime std.mem.indexOfScalar(u8, rest, '{') orelse
            @compileError("more arguments than {} in: " ++ format);
        const close = comptime std.mem.indexOfScalar(u8, rest, '}').?;
        put(rest[0..open]);
        const kind = rest[open + 1 .. close];
        if (comptime std.mem.eql(u8, kind, "s")) {
            put(argument);
        } else if (comptime std.mem.eql(u8, kind, "d")) {
            putDecimal(argument);
        } else if (comptime std.mem.eql(u8, kind, "x")) {
            putHex(argument, 1);
        } else if (comptime std.mem.eql(u8, kind, "x16")) {
            putHex(argument, 16);
        } else if (comptime std.mem.eql(u8, kind, "bytes")) {
            putBytes(argument);
        } else @compileError("unknown {" ++ kind ++ "} in: " ++ format);
        rest = rest[close + 1 ..];
    }
    comptime if (std.mem.indexOfScalar(u8, rest, '{') != null)
        @compileError("fewer arguments than {} in: " ++ format);
    put(rest);
}

var captured: [1024]u8 = undefined;
var captured_len: usize = 0;

fn capture(bytes: []const u8) void {
    @memcpy(captured[captured_len..][0..bytes.len], bytes);
    captured_len += bytes.len;
}

fn expectSaid(expected: []const u8) !void {
    defer captured_len = 0;
    try std.testing.expectEqualStrings(expected, captured[0..captured_len]);
}

test "a record carries its fields in order and ends the line" {
    setSink(capture);
    record("stage.image").hex32("addr", 0x4820_0000).dec("size", 0).word("ok", "yes").end();
    try expectSaid("@rumpk stage.image addr=0x48200000 size=0 ok=yes\r\n");
    record("x").hex("a", 0).hex("b", std.math.maxInt(u64)).digest("d", &.{ 0, 0xab }).end();
    try expectSaid("@rumpk x a=0x0 b=0xffffffffffffffff d=00ab\r\n");
}

test "people's lines are formatted" {
    setSink(capture);
    people("GIC v{d} at 0x{x}: {s}, {x16}", .{ 2, 0x800_0000, "up", 0x1f });
    try expectSaid("[rumpk] GIC v2 at 0x8000000: up, 000000000000001f\r\n");
}

test "what is said is kept, in whole lines, until there is no room" {
    setSink(capture);
    rumpk_kept.used = 0;
    record("first").end();
    raw("second");
    captured_len = 0;
    try std.testing.expectEqualStrings("@rumpk first\r\nsecond\r\n", rumpk_kept.text[0..rumpk_kept.used]);
    try std.testing.expectEqualStrings("RUMPKSAY", &rumpk_kept.magic);
    rumpk_kept.used = capacity_of_kept - 9;
    raw("123456");
    raw("12345678");
    raw("1");
    captured_len = 0;
    try std.testing.expectEqual(capacity_of_kept - 1, rumpk_kept.used);
    try std.testing.expectEqual(2, rumpk_kept.lost);
    rumpk_kept.lost = 0;
    rumpk_kept.used = 0;
}

test "an overlong line is cut, still ended, and does not spoil the next one" {
    setSink(capture);
    const long: [600]u8 = @splat('a');
    raw(&long);
    try std.testing.expectEqual(line_capacity, captured_len);
    try std.testing.expectEqualStrings("a\r\n", captured[captured_len - 3 .. captured_len]);
    captured_len = 0;
    raw("b");
    try expectSaid("b\r\n");
}
