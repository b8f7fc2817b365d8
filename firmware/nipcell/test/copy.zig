// SPDX-License-Identifier: Apache-2.0
const std = @import("std");
const nipcell = @import("nipcell");
const expect = std.testing.expect;

test "moving within one buffer, either way, at every distance to 130" {
    var original: [700]u8 align(8) = undefined;
    var state = std.Random.DefaultPrng.init(6);
    state.random().bytes(&original);
    for (0..131) |distance| for ([_]usize{ 0, 1, 8, 64, 65, 200, 511 }) |length| for ([_]bool{ true, false }) |down| {
        var buffer align(8) = original;
        const from = if (down) distance else 4;
        const to = if (down) 0 else 4 + distance;
        nipcell.move(buffer[to..][0..length], buffer[from..][0..length]);
        try expect(std.mem.eql(u8, original[from..][0..length], buffer[to..][0..length]));
        try expect(std.mem.eql(u8, original[0..to], buffer[0..to]));
        const behind = @max(from, to) + length;
        try expect(std.mem.eql(u8, original[behind..], buffer[behind..]));
    };
}

test "every length to 300 at every pair of alignments, and not a byte more" {
    var source: [320]u8 align(8) = undefined;
    var state = std.Random.DefaultPrng.init(5);
    state.random().bytes(&source);
    for (0..8) |from| for (0..8) |to| for (0..300) |length| {
        var target: [320]u8 align(8) = @splat(0xee);
        nipcell.copy(target[to..][0..length], source[from..][0..length]);
        try expect(std.mem.eql(u8, source[from..][0..length], target[to..][0..length]));
        for (target[0..to]) |byte| try expect(byte == 0xee);
        for (target[to + length ..]) |byte| try expect(byte == 0xee);
    };
}
