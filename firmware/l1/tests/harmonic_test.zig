// SPDX-License-Identifier: Apache-2.0
const std = @import("std");
const harmonic_module = @import("../harmonic.zig");
const Spectrum = @import("../pledge.zig").Spectrum;

const Harmonic = harmonic_module.Harmonic;
const Index = harmonic_module.Index;
const testing = std.testing;

const ticks_per_ms = 10;

test "the spectra's deadlines" {
    var harmonic: Harmonic = undefined;
    harmonic.init(ticks_per_ms);
    try testing.expectEqual(100 + 20, harmonic.deadlineFrom(.photon, 100));
    try testing.expectEqual(100 + 100, harmonic.deadlineFrom(.matter, 100));
    try testing.expectEqual(100 + 500, harmonic.deadlineFrom(.gravity, 100));
    try testing.expectEqual(harmonic_module.no_deadline, harmonic.deadlineFrom(.void, 100));
}

test "a pass goes Photon, Matter, Gravity, Void and begins again" {
    var harmonic: Harmonic = undefined;
    harmonic.init(ticks_per_ms);
    const order = [_]Spectrum{ .void, .gravity, .matter, .photon };
    for (order, 0..) |spectrum, index| harmonic.makeReady(@intCast(index), spectrum, 0);
    for (0..3) |_| for ([_]Index{ 3, 2, 1, 0 }) |expected| {
        const taken = harmonic.take(1).?;
        try testing.expectEqual(expected, taken);
        harmonic.makeReady(taken, order[taken], 1);
    };
}

test "overdue goes first, out of turn, and Void is never overdue" {
    var harmonic: Harmonic = undefined;
    harmonic.init(ticks_per_ms);
    harmonic.makeReady(0, .void, 0);
    harmonic.makeReady(1, .gravity, 0);
    harmonic.makeReady(2, .photon, 490);
    try testing.expectEqual(2, harmonic.take(499).?);
    harmonic.makeReady(2, .photon, 499);
    try testing.expectEqual(1, harmonic.take(500).?);
    try testing.expectEqual(0, harmonic.take(518).?);
    harmonic.makeReady(0, .void, 519);
    try testing.expectEqual(2, harmonic.take(1_000_000).?);
    try testing.expectEqual(0, harmonic.take(std.math.maxInt(u64) - 1).?);
    try testing.expectEqual(null, harmonic.take(std.math.maxInt(u64) - 1));
}

/// One state of the exhaustive walk: the scheduler and what an onlooker knows.
const Walk = struct {
    const count = 3;

    harmonic: Harmonic,
    spectra: [count]Spectrum,
    now: u64 = 0,
    ready: [count]bool = @splat(false),
    ready_since: [count]u64 = @splat(0),
    arrival: [count]u64 = @splat(0),
    arrivals: u64 = 0,
    /// In-turn runs of each other task since this one became ready.
    passed_over_by: [count][count]u8 = @splat(@splat(0)),

    fn deadline(walk: *const Walk, task: usize) u64 {
        const ms: u64 = switch (walk.spectra[task]) {
            .photon => 2,
            .matter => 10,
            .gravity => 50,
            .void => return std.math.maxInt(u64),
        };
        return walk.ready_since[task] + ms * ticks_per_ms;
    }

    fn makeReady(walk: *Walk, task: usize) void {
        walk.harmonic.makeReady(@intCast(task), walk.spectra[task], walk.now);
        walk.ready[task] = true;
        walk.ready_since[task] = walk.now;
        walk.arrival[task] = walk.arrivals;
        walk.arrivals += 1;
        walk.passed_over_by[task] = @splat(0);
    }

    fn take(walk: *Walk) !void {
        const taken = walk.harmonic.take(walk.now) orelse {
            try testing.expectEqual([_]bool{ false, false, false }, walk.ready);
            return;
        };
        try testing.expect(walk.ready[taken]);
        walk.ready[taken] = false;
        const overdue = walk.deadline(taken) <= walk.now;
        for (0..count) |other| {
            if (!walk.ready[other]) continue;
            const other_overdue = walk.deadline(other) <= walk.now;
            // Overdue before not, and the earlier deadline among the overdue.
            try testing.expect(overdue or !other_overdue);
            if (overdue) try testing.expect(walk.deadline(taken) <= walk.deadline(other));
            if (overdue) continue;
            walk.passed_over_by[other][taken] += 1;
            // Nobody runs in turn twice while another waits: that is what a pass is.
            try testing.expect(walk.passed_over_by[other][taken] <= 1);
            // Among those that have not had their turn in this pass: the more urgent
            // first, then first come first served.
            if (walk.harmonic.tasks[other].pass == walk.harmonic.pass) continue;
            try testing.expect(!walk.spectra[other].moreUrgentThan(walk.spectra[taken]));
            const same = walk.spectra[other] == walk.spectra[taken];
            if (same) try testing.expect(walk.arrival[taken] < walk.arrival[other]);
        }
    }

    /// Every sequence of `depth` steps from here: take, let time pass, become ready.
    fn explore(walk: Walk, depth: usize, visited: *usize) !void {
        visited.* += 1;
        if (depth == 0) return;
        var next = walk;
        try next.take();
        try explore(next, depth - 1, visited);
        for ([_]u64{ 7, 25, 700 }) |ticks| {
            next = walk;
            next.now += ticks;
            try explore(next, depth - 1, visited);
        }
        for (0..count) |task| {
            if (walk.ready[task]) continue;
            next = walk;
            next.makeReady(task);
            try explore(next, depth - 1, visited);
        }
    }
};

test "every short history of three tasks of any spectra keeps the rules" {
    var visited: usize = 0;
    for (0..4) |a| for (0..4) |b| for (0..4) |c| {
        var walk: Walk = .{
            .harmonic = undefined,
            .spectra = .{ @fromBackingInt(@intCast(a)), @fromBackingInt(@intCast(b)), @fromBackingInt(@intCast(c)) },
        };
        walk.harmonic.init(ticks_per_ms);
        try walk.explore(6, &visited);
    };
    try testing.expect(visited > 1_000_000);
}

test "under a permanent overload everybody with a deadline still gets a turn" {
    var harmonic: Harmonic = undefined;
    harmonic.init(ticks_per_ms);
    var now: u64 = 0;
    var runs: [4]usize = @splat(0);
    const spectra = [_]Spectrum{ .photon, .photon, .photon, .gravity };
    for (spectra, 0..) |spectrum, index| harmonic.makeReady(@intCast(index), spectrum, now);
    for (0..1000) |_| {
        const taken = harmonic.take(now).?;
        runs[taken] += 1;
        now += 3 * ticks_per_ms; // each run alone is longer than Photon's deadline
        harmonic.makeReady(taken, spectra[taken], now);
    }
    // 50 ms at 3 ms a run: Gravity's share is about one run in seventeen.
    try testing.expect(runs[3] >= 1000 / 20);
    for (runs[0..3]) |photon| try testing.expect(photon >= 300);
}

test "a long computation is told to give way to the more urgent and the overdue" {
    var harmonic: Harmonic = undefined;
    harmonic.init(ticks_per_ms);
    try testing.expect(!harmonic.shouldYield(.void, 0));
    harmonic.makeReady(0, .gravity, 0);
    try testing.expect(harmonic.shouldYield(.void, 0));
    try testing.expect(!harmonic.shouldYield(.gravity, 499));
    try testing.expect(!harmonic.shouldYield(.photon, 499));
    try testing.expect(harmonic.shouldYield(.photon, 500));
}
