// SPDX-License-Identifier: Apache-2.0
//! The guest's command line must name the ION window: `ion_base=0x90000000`.
const std = @import("std");
const assert = std.debug.assert;

/// arm64's COMMAND_LINE_SIZE, terminator included (arch/arm64/include/uapi/asm/setup.h).
pub const size_max = 2048;
const key = "ion_base=";

pub const Error = error{
    /// With `ion_base` the line would not fit into COMMAND_LINE_SIZE: Linux would cut it silently.
    Overflow,
    /// The line names another window, or names one twice.
    ConflictingIonBase,
};

/// The line to give the guest: `line` itself when it carries the right `ion_base`, else `line` with it put in front, in `buffer`.
pub fn withIonBase(line: []const u8, ion_base: u64, buffer: *[size_max]u8) Error![]const u8 {
    if (line.len >= size_max) return error.Overflow;
    var text_buffer: [key.len + 18]u8 = undefined;
    const wanted = parameter(ion_base, &text_buffer);
    var seen = false;
    var parameters = std.mem.tokenizeAny(u8, line, " \t\n");
    while (parameters.next()) |given| {
        // Kernel parameters after " -- " are for init.
        if (std.mem.eql(u8, given, "--")) break;
        if (!std.mem.startsWith(u8, given, key)) continue;
        if (seen or !std.mem.eql(u8, given, wanted)) return error.ConflictingIonBase;
        seen = true;
    }
    if (seen) return line;
    return prepend(line, wanted, buffer);
}

/// In front of everything: behind a "--" the kernel would not look.
fn prepend(line: []const u8, wanted: []const u8, buffer: *[size_max]u8) Error![]const u8 {
    const separator: usize = if (line.len > 0) 1 else 0;
    const length = wanted.len + separator + line.len;
    if (length >= size_max) return error.Overflow;
    @memcpy(buffer[0..wanted.len], wanted);
    if (separator == 1) buffer[wanted.len] = ' ';
    @memcpy(buffer[wanted.len + separator ..][0..line.len], line);
    return buffer[0..length];
}

/// `ion_base=0x90000000`
pub fn parameter(ion_base: u64, buffer: *[key.len + 18]u8) []const u8 {
    const prefix = key ++ "0x";
    buffer[0..prefix.len].* = prefix.*;
    const digits = (64 - @as(usize, @clz(ion_base | 1)) + 3) / 4;
    assert(digits >= 1 and digits <= 16);
    for (buffer[prefix.len..][0..digits], 0..) |*digit, index| {
        const shift: u6 = @intCast((digits - 1 - index) * 4);
        digit.* = "0123456789abcdef"[@intCast(ion_base >> shift & 0xf)];
    }
    return buffer[0 .. prefix.len + digits];
}
