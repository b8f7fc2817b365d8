// SPDX-License-Identifier: Apache-2.0
//! PSCI calls against a fake core.

const std = @import("std");
const core = @import("fake/core.zig");
const psci = @import("psci.zig").On(core);

const testing = std.testing;
const Event = core.Event;

const off = 0x8400_0008;
const by_smc: Event = .{ .smc = .{ off, 0, 0, 0 } };

fn startAt(level: u64) void {
    core.reset();
    core.put("currentel", level << 2);
}

test "the version is the low word of what firmware says" {
    startAt(2);
    core.answer = 0xffff_ffff_0001_0001;
    try testing.expectEqual(0x1_0001, psci.version());
    try testing.expectEqualDeep(&[_]Event{.{ .smc = .{ 0x8400_0000, 0, 0, 0 } }}, core.events());
}

test "at EL2 firmware is asked by SMC" {
    startAt(2);
    psci.request(.system_off);
    try testing.expectEqualDeep(&[_]Event{by_smc}, core.events());
}

test "at EL1 by HVC, then by SMC" {
    startAt(1);
    psci.request(.system_off);
    try testing.expectEqualDeep(&[_]Event{ .{ .hvc = off }, by_smc }, core.events());
}

test "at EL3 there is nobody to ask" {
    startAt(3);
    psci.request(.system_off);
    try testing.expectEqual(0, core.events().len);
}

test "the level is CurrentEL's" {
    for (0..4) |level| {
        startAt(level);
        try testing.expectEqual(level, psci.exceptionLevel());
    }
}
