// SPDX-License-Identifier: Apache-2.0
const std = @import("std");
const nipcell = @import("nipcell");
const expect = std.testing.expect;

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
