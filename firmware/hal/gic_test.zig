// SPDX-License-Identifier: Apache-2.0
//! Both GIC drivers against models of the controllers, through the interface that Rumpk uses.

const std = @import("std");
const gic = @import("gic.zig");
const lines = @import("fake/interrupt_lines.zig");
const v2 = @import("fake/gicv2_model.zig");
const v3 = @import("fake/gicv3_model.zig");
const core = @import("fake/core.zig");

const testing = std.testing;

const GicV2 = gic.Controller(gic.On(v2, v3.Core){ .v2 = .{
    .distributor = v2.distributor,
    .cpu_interface = v2.cpu_interface,
} });
const GicV3 = gic.Controller(gic.On(v3, v3.Core){ .v3 = .{
    .distributor = v3.distributor,
    .redistributor = v3.redistributor,
} });
const both = .{ .{ GicV2, v2 }, .{ GicV3, v3 } };

const sgi = 5;
const timer = 26;
const disk = 48;
/// The table of handlers ends before it.
const beyond = 130;

var handled: [8]u32 = undefined;
var handled_count: usize = 0;

fn note(intid: u32) void {
    handled[handled_count] = intid;
    handled_count += 1;
}

fn start(comptime pair: anytype) void {
    pair[1].reset();
    lines.leaveEverythingOn();
    handled_count = 0;
    inline for (.{ sgi, timer, disk }) |intid| pair[0].setHandler(intid, null);
    pair[0].init();
}

test "init: what firmware left on is off, and nothing is taken" {
    inline for (both) |pair| {
        start(pair);
        try testing.expect(lines.isQuiet());
        const unexpected = pair[0].unexpected_count;
        pair[0].dispatch();
        try testing.expectEqual(unexpected, pair[0].unexpected_count);
    }
}

test "an interrupt is taken once, by its handler, and is over afterwards" {
    inline for (both) |pair| {
        start(pair);
        pair[0].setHandler(disk, note);
        pair[0].setHandler(timer, note);
        for ([_]u32{ disk, timer }) |intid| {
            pair[0].enable(intid);
            pair[0].setPending(intid);
        }
        pair[0].dispatch();
        try testing.expectEqualSlices(u32, &.{ timer, disk }, handled[0..handled_count]);
        pair[0].dispatch();
        try testing.expectEqual(2, handled_count);
        for ([_]u32{ disk, timer }) |intid| try testing.expect(!lines.lines[intid].active);
    }
}

test "one that is not enabled waits, and one that is disabled waits again" {
    inline for (both) |pair| {
        start(pair);
        pair[0].setHandler(disk, note);
        pair[0].setPending(disk);
        pair[0].dispatch();
        try testing.expectEqual(0, handled_count);
        pair[0].enable(disk);
        pair[0].dispatch();
        pair[0].disable(disk);
        pair[0].setPending(disk);
        pair[0].dispatch();
        try testing.expectEqual(1, handled_count);
        try testing.expect(lines.lines[disk].pending);
    }
}

test "a software-generated interrupt comes to the core that sent it" {
    inline for (both) |pair| {
        start(pair);
        core.put("mpidr_el1", 0x8000_0000);
        pair[0].setHandler(sgi, note);
        pair[0].enable(sgi);
        pair[0].sendSgiToSelf(sgi);
        pair[0].dispatch();
        try testing.expectEqualSlices(u32, &.{sgi}, handled[0..handled_count]);
        try testing.expect(!lines.lines[sgi].active);
    }
}

test "one without a handler, and one beyond the table, are counted" {
    inline for (both) |pair| {
        start(pair);
        const before = pair[0].unexpected_count;
        pair[0].enable(timer);
        pair[0].setPending(timer);
        pair[0].dispatch();
        try testing.expectEqual(before + 1, pair[0].unexpected_count);
        pair[0].enable(beyond);
        pair[0].setPending(beyond);
        pair[0].dispatch();
        try testing.expectEqual(before + 2, pair[0].unexpected_count);
        try testing.expectEqual(0, handled_count);
        try testing.expect(!lines.lines[timer].active);
    }
}

test "quiesce: nothing enabled, pending or active, and the interfaces off" {
    inline for (both) |pair| {
        start(pair);
        pair[0].enable(disk);
        pair[0].setPending(disk);
        pair[0].quiesce();
        try testing.expect(lines.isQuiet());
    }
    try testing.expect(!v2.distributor_on and !v2.interface_on);
    try testing.expectEqual(1 << 4, v3.control);
    try testing.expectEqual(0, core.get("icc_igrpen1_el1"));
}

test "the SPIs are those of the distributor's type register" {
    inline for (both) |pair| {
        start(pair);
        try testing.expectEqual(lines.count - 32, pair[0].spiCount());
    }
}

test "what is enabled has a priority in the middle" {
    inline for (both) |pair| {
        start(pair);
        for ([_]u32{ sgi, timer, disk }) |intid| pair[0].enable(intid);
        for ([_]u32{ sgi, timer, disk }) |intid|
            try testing.expectEqual(0xa0, lines.lines[intid].priority);
    }
}

test "GICv2: an SPI goes to this core" {
    start(both[0]);
    GicV2.enable(disk);
    try testing.expectEqual(1, lines.lines[disk].target);
    try testing.expectEqual(0xff, v2.mask);
}

test "GICv3: the redistributor is awake before anything is sent, and all is group 1" {
    start(both[1]);
    try testing.expect(!v3.asleep);
    try testing.expectEqual(0, v3.looks_until_awake);
    for (lines.lines) |line| try testing.expect(line.group1);
    try testing.expectEqual(1 << 4 | 1 << 1, v3.control);
}

test "GICv3: an SGI names the whole affinity of the core that sends it" {
    start(both[1]);
    core.put("mpidr_el1", 0x12_8034_5602);
    core.forget();
    GicV3.sendSgiToSelf(sgi);
    const expected: core.Event = .{ .write = .{
        .name = "icc_sgi1r_el1",
        .value = 0x12 << 48 | 0x34 << 32 | 5 << 24 | 0x56 << 16 | 1 << 2,
    } };
    try testing.expectEqualDeep(&[_]core.Event{ expected, .isb }, core.events());
}

test "GICv3: what was acknowledged is in memory before it is handled" {
    start(both[1]);
    core.forget();
    GicV3.dispatch();
    try testing.expectEqualDeep(&[_]core.Event{.dsb_sy}, core.events());
}
