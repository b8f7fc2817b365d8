// SPDX-License-Identifier: Apache-2.0
//! The timer driver against a fake core.

const std = @import("std");
const core = @import("fake/core.zig");
const timer = @import("timer.zig").On(core);

const testing = std.testing;
const Event = core.Event;

fn written(name: []const u8, value: u64) Event {
    return .{ .write = .{ .name = name, .value = value } };
}

test "the counter is read behind a barrier, its frequency as it is" {
    core.reset();
    core.put("cntpct_el0", 0x1_0000_0001);
    core.put("cntfrq_el0", 62_500_000);
    try testing.expectEqual(0x1_0000_0001, timer.now());
    try testing.expectEqual(62_500_000, timer.frequency());
    try testing.expectEqualDeep(&[_]Event{.isb}, core.events());
}

test "armed: the deadline first, then the enable, unmasked" {
    core.reset();
    timer.arm(0xffff_ffff_ffff);
    const expected = [_]Event{
        written("cnthp_cval_el2", 0xffff_ffff_ffff),
        written("cnthp_ctl_el2", 1),
        .isb,
    };
    try testing.expectEqualDeep(&expected, core.events());
}

test "disarmed: off, and nothing else" {
    core.reset();
    timer.disarm();
    try testing.expectEqualDeep(&[_]Event{ written("cnthp_ctl_el2", 0), .isb }, core.events());
}
