// SPDX-License-Identifier: Apache-2.0
//! What a self-test measured. Kept until the test is over, then said in one record: the
//! tests themselves print, and lines must not mix.

const std = @import("std");
const hal = @import("hal");

pub const Failure = error{Failed};

const Value = union(enum) {
    dec: u64,
    hex: u64,
    word: []const u8,
    digest: *const [32]u8,
};

const capacity = 16;

pub const Facts = struct {
    keys: [capacity][]const u8,
    values: [capacity]Value,
    count: usize,
    /// What was expected and did not hold, for people.
    failure: []const u8,

    /// In place: a default value would be an image of the whole structure in the binary.
    pub fn init(facts: *Facts) void {
        facts.count = 0;
        facts.failure = "";
    }

    pub noinline fn dec(facts: *Facts, key: []const u8, value: u64) void {
        facts.add(key, .{ .dec = value });
    }

    /// Where in memory the host finds what the test counted or left behind.
    pub fn place(facts: *Facts, key: []const u8, pointer: anytype) void {
        facts.hex(key, @intFromPtr(pointer));
    }

    pub noinline fn hex(facts: *Facts, key: []const u8, value: u64) void {
        facts.add(key, .{ .hex = value });
    }

    /// What `word` and `digest` are given must outlive the test.
    pub noinline fn word(facts: *Facts, key: []const u8, value: []const u8) void {
        facts.add(key, .{ .word = value });
    }

    pub noinline fn digest(facts: *Facts, key: []const u8, value: *const [32]u8) void {
        facts.add(key, .{ .digest = value });
    }

    /// Ends the test unless `holds`; `expected` says what should have been so.
    pub noinline fn require(facts: *Facts, holds: bool, expected: []const u8) Failure!void {
        if (holds) return;
        facts.failure = expected;
        return error.Failed;
    }

    pub fn say(facts: *const Facts, started: hal.say.Record) void {
        var record = started;
        for (facts.keys[0..facts.count], facts.values[0..facts.count]) |key, value| {
            record = switch (value) {
                .dec => |number| record.dec(key, number),
                .hex => |number| record.hex(key, number),
                .word => |text| record.word(key, text),
                .digest => |bytes| record.digest(key, bytes),
            };
        }
        record.end();
    }

    fn add(facts: *Facts, key: []const u8, value: Value) void {
        std.debug.assert(facts.count < capacity);
        facts.keys[facts.count] = key;
        facts.values[facts.count] = value;
        facts.count += 1;
    }
};
