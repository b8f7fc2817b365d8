// SPDX-License-Identifier: Apache-2.0
//! What a self-test collects, for host tests of a driver's `examine`.

const std = @import("std");

const capacity = 16;

pub const Facts = struct {
    keys: [capacity][]const u8 = undefined,
    values: [capacity]u64 = undefined,
    count: usize = 0,
    failure: []const u8 = "",

    pub fn hex(facts: *Facts, key: []const u8, value: u64) void {
        facts.keys[facts.count] = key;
        facts.values[facts.count] = value;
        facts.count += 1;
    }

    pub fn require(facts: *Facts, holds: bool, expected: []const u8) error{Failed}!void {
        if (holds) return;
        facts.failure = expected;
        return error.Failed;
    }

    /// The value said under `key`; null when nothing was.
    pub fn get(facts: *const Facts, key: []const u8) ?u64 {
        for (facts.keys[0..facts.count], facts.values[0..facts.count]) |one, value| {
            if (std.mem.eql(u8, one, key)) return value;
        }
        return null;
    }
};
