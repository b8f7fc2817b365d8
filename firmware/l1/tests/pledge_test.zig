// SPDX-License-Identifier: Apache-2.0
const std = @import("std");
const pledge_module = @import("../pledge.zig");

const Pledge = pledge_module.Pledge;
const Promise = pledge_module.Promise;
const Spectrum = pledge_module.Spectrum;
const testing = std.testing;

/// All 128 pledges there are over five promises and four spectra.
fn nth(number: u7) Pledge {
    return .{
        .promises = @as(u5, @truncate(number)),
        .spectrum = @fromBackingInt(@intCast(@as(u2, @intCast(number >> 5)))),
    };
}

test "the word's layout" {
    try testing.expectEqual(0x01, @as(u64, @bitCast(Pledge.of(.void, &.{.stdio}))));
    try testing.expectEqual(0x1f, @as(u64, @bitCast(Pledge.of(.void, std.enums.values(Promise)))));
    try testing.expectEqual(0xc000_0000_0000_0010, @as(u64, @bitCast(Pledge.of(.photon, &.{.exec}))));
    try testing.expectEqual(std.math.maxInt(u64), @as(u64, @bitCast(Pledge.all)));
}

test "for every pair: a pledge narrows to a part of itself and to nothing else" {
    for (0..128) |from_number| for (0..128) |to_number| {
        const from = nth(@intCast(from_number));
        const to = nth(@intCast(to_number));
        var is_part = @backingInt(to.spectrum) <= @backingInt(from.spectrum);
        for (std.enums.values(Promise)) |promise| {
            if (to.keeps(promise) and !from.keeps(promise)) is_part = false;
        }
        const result = from.narrow(to);
        if (is_part) {
            try testing.expectEqual(to, try result);
        } else try testing.expectError(error.Widens, result);
    };
}

test "for every chain of three: what is lost never comes back" {
    for (0..128) |a| for (0..128) |b| {
        const middle = nth(@intCast(a)).narrow(nth(@intCast(b))) catch continue;
        for (0..128) |c| {
            const last = middle.narrow(nth(@intCast(c))) catch continue;
            // Narrowing composes: two steps reach nothing that one could not.
            try testing.expectEqual(last, try nth(@intCast(a)).narrow(last));
            try testing.expect(!last.spectrum.moreUrgentThan(nth(@intCast(a)).spectrum));
        }
    };
}
