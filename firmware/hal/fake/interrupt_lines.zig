// SPDX-License-Identifier: Apache-2.0
//! What an interrupt controller knows of its lines, for the models of GICv2 and GICv3:
//! the states of an interrupt (Arm IHI 0048B 1.4.2, IHI 0069 4.1.2).

const std = @import("std");

pub const count = 160;
/// What an acknowledge gives when there is nothing.
pub const spurious = 1023;

pub const Line = struct {
    enabled: bool = false,
    pending: bool = false,
    active: bool = false,
    priority: u8 = 0,
    /// GICv2: the CPUs that an SPI goes to. GICv3: whether it is in group 1.
    target: u8 = 0,
    group1: bool = false,
};

pub var lines: [count]Line = @splat(.{});

pub fn reset() void {
    lines = @splat(.{});
}

/// State of a machine whose firmware left everything on.
pub fn leaveEverythingOn() void {
    for (&lines) |*line| line.* = .{ .enabled = true, .pending = true, .active = true };
}

pub fn isQuiet() bool {
    for (lines) |line| if (line.enabled or line.pending or line.active) return false;
    return true;
}

pub const Field = enum { enabled, pending, active, group1 };

/// A write of ones to a set or clear register of 32 lines.
pub fn writeBits(field: Field, first: usize, bits: u32, to: bool) void {
    for (lines[first..][0..32], 0..) |*line, bit| {
        if (bits >> @intCast(bit) & 1 == 0) continue;
        switch (field) {
            inline else => |one| @field(line, @tagName(one)) = to,
        }
    }
}

/// The pending interrupt of the highest priority (the lowest number) that `mask` lets
/// through becomes active; its INTID.
pub fn take(mask: u8) u32 {
    var best: ?usize = null;
    for (lines, 0..) |line, intid| {
        if (!line.enabled or !line.pending or line.active or line.priority >= mask) continue;
        if (best == null or line.priority < lines[best.?].priority) best = intid;
    }
    const intid = best orelse return spurious;
    lines[intid].pending = false;
    lines[intid].active = true;
    return @intCast(intid);
}

pub fn finish(intid: u32) void {
    std.debug.assert(lines[intid].active);
    lines[intid].active = false;
}
