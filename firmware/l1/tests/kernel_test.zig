// SPDX-License-Identifier: Apache-2.0
//! The whole kernel on the host, with real context switches and a made-up clock.

const std = @import("std");
const authority_module = @import("../authority.zig");
const capability = @import("../capability.zig");
const fiber_module = @import("../fiber.zig");
const gate = @import("../gate.zig");
const kernel_module = @import("../kernel.zig");
const ledger_module = @import("../ledger.zig");
const pages_module = @import("../pages.zig");
const pledge_module = @import("../pledge.zig");

const Kernel = kernel_module.Kernel(FakeMachine);
const Pledge = pledge_module.Pledge;
const testing = std.testing;

/// One tick is a microsecond; waiting for an interrupt takes time straight to the alarm,
/// or to the one interrupt that a test has arranged.
const FakeMachine = struct {
    var ticks: u64 = 0;
    var alarm: ?u64 = null;
    var interrupt: ?*const fn () void = null;
    var masked = false;

    pub fn ticksPerSecond() u64 {
        return 1_000_000;
    }
    pub fn now() u64 {
        return ticks;
    }
    pub fn setAlarm(at: u64) void {
        alarm = at;
    }
    pub fn clearAlarm() void {
        alarm = null;
    }
    pub fn maskInterrupts() void {
        std.debug.assert(!masked);
        masked = true;
    }
    pub fn unmaskInterrupts() void {
        std.debug.assert(masked);
        masked = false;
    }
    pub fn waitForInterrupt() void {
        std.debug.assert(masked);
        if (interrupt) |handler| {
            interrupt = null;
            ticks += 1;
            handler();
        } else ticks = @max(ticks, alarm orelse @panic("asleep for ever"));
    }
};

const pool_pages = 64;
var memory: [pool_pages * pages_module.page_size]u8 align(pages_module.page_size) = undefined;
var bitmap: [1]u64 = undefined;
var pages: pages_module.Pages = undefined;
var ledger: ledger_module.Ledger = undefined;
var authority: authority_module.Authority = undefined;
var kernel: Kernel = undefined;
var trace: [64]u8 = undefined;
var trace_len: usize = 0;

fn boot() void {
    FakeMachine.ticks = 0;
    FakeMachine.alarm = null;
    FakeMachine.interrupt = null;
    pages = .init(&bitmap, @fromBackingInt(@intCast(@intFromPtr(&memory))), pool_pages);
    ledger.init();
    authority.init();
    trace_len = 0;
    kernel.init(&pages, &ledger, &authority);
}

fn mark(letter: u8) void {
    trace[trace_len] = letter;
    trace_len += 1;
}

fn expectTrace(expected: []const u8) !void {
    try testing.expectEqualStrings(expected, trace[0..trace_len]);
}

fn spawn(body: fiber_module.Body, argument: usize, spectrum: pledge_module.Spectrum) !*fiber_module.Fiber {
    return kernel.spawn(.{ .body = body, .argument = argument, .pledge = .of(spectrum, &.{.stdio}) });
}

fn markThrice(letter: usize) void {
    for (0..3) |_| {
        mark(@intCast(letter));
        kernel.yield();
    }
}

test "fibers of one spectrum take turns and give their stacks back" {
    boot();
    _ = try spawn(markThrice, 'a', .matter);
    _ = try spawn(markThrice, 'b', .matter);
    kernel.run();
    try expectTrace("ababab");
    try testing.expectEqual(pool_pages, pages.free_count);
    try testing.expectEqual(2, ledger.countSince(0, .fiber_spawn));
    try testing.expectEqual(2, ledger.countSince(0, .fiber_terminate));
}

test "spectra come in order, whoever was spawned first" {
    boot();
    _ = try spawn(markThrice, 'v', .void);
    _ = try spawn(markThrice, 'g', .gravity);
    _ = try spawn(markThrice, 'm', .matter);
    _ = try spawn(markThrice, 'p', .photon);
    kernel.run();
    try expectTrace("pmgvpmgvpmgv");
}

test "slots run out by name, and memory too" {
    boot();
    for (0..16) |_| _ = try spawn(markThrice, 'x', .void);
    try testing.expectError(error.TooManyFibers, spawn(markThrice, 'x', .void));
    kernel.run();
    try testing.expectEqual(pool_pages, pages.free_count);
    _ = try pages.allocate(.{ .page_count = pool_pages - 3 });
    try testing.expectError(error.OutOfPages, spawn(markThrice, 'x', .void));
}

fn sleepThenMark(argument: usize) void {
    kernel.sleepUntil(argument * 1000);
    mark('0' + @as(u8, @intCast(FakeMachine.ticks / 1000)));
}

test "sleepers wake at their time, with one alarm each and nothing in between" {
    boot();
    for ([_]usize{ 5, 2, 8 }) |ms| _ = try spawn(sleepThenMark, ms, .gravity);
    kernel.run();
    try expectTrace("258");
    try testing.expectEqual(3, kernel.statistics.alarms);
    try testing.expectEqual(3, kernel.statistics.idle_waits);
}

fn hog(_: usize) void {
    FakeMachine.ticks += 20_000;
    mark('h');
}

test "sleepers that are noticed late still come in the order of their times" {
    boot();
    for ([_]usize{ 5, 2, 8 }) |ms| _ = try spawn(sleepUntilThenMark, ms, .gravity);
    _ = try spawn(hog, 0, .void);
    kernel.run();
    try expectTrace("h258");
}

fn sleepUntilThenMark(ms: usize) void {
    kernel.sleepUntil(ms * 1000);
    mark('0' + @as(u8, @intCast(ms)));
}

fn waitThenMark(_: usize) void {
    mark('w');
    kernel.wait();
    mark('!');
}

var waiter: u4 = 0;

fn deliver() void {
    kernel.wake(waiter);
}

test "an interrupt during the idle wait wakes the fiber that waits for it" {
    boot();
    waiter = (try spawn(waitThenMark, 0, .photon)).index;
    FakeMachine.interrupt = deliver;
    kernel.run();
    try expectTrace("w!");
    try testing.expectEqual(1, kernel.statistics.idle_waits);
}

fn wakeOtherFirst(_: usize) void {
    kernel.wake(waiter);
    mark('s');
}

test "a wake-up before the wait is not lost" {
    boot();
    _ = try spawn(wakeOtherFirst, 0, .photon);
    waiter = (try spawn(waitThenMark, 0, .void)).index;
    kernel.run();
    try expectTrace("sw!");
}

fn useConsole(_: usize) void {
    kernel.pass(.{ .channel = .console_output, .direction = .write }) catch {
        mark('d');
        return;
    };
    mark('y');
}

fn useNetwork(_: usize) void {
    mark('n');
    kernel.pass(.{ .channel = .net_transmit, .direction = .write }) catch mark('?');
    mark('?');
}

test "a missing capability is refused, a broken pledge ends the fiber, others live on" {
    boot();
    try authority.register(.channel, gate.Channel.console_output.object(), .everything);
    _ = try spawn(useConsole, 0, .photon);
    const entitled = try spawn(useConsole, 0, .matter);
    _ = try kernel.grant(entitled, .{
        .kind = .channel,
        .object = gate.Channel.console_output.object(),
        .permissions = .{ .write = true },
        .bounds = .everything,
    });
    _ = try spawn(useNetwork, 0, .matter);
    _ = try spawn(markThrice, 'v', .void);
    kernel.run();
    try expectTrace("dynvvv");
    try testing.expectEqual(1, kernel.statistics.violations);
    try testing.expectEqual(1, ledger.countSince(0, .access_denied));
    try testing.expectEqual(1, ledger.countSince(0, .policy_violation));
    try testing.expectEqual(pool_pages, pages.free_count);
}

fn lowerThenRaise(_: usize) void {
    kernel.pledge(.of(.void, &.{})) catch mark('?');
    mark('l');
    kernel.pledge(.of(.photon, &.{})) catch mark('r');
    kernel.yield();
    mark('l');
}

test "a pledge narrows while running, for good, and moves the fiber down" {
    boot();
    _ = try spawn(lowerThenRaise, 0, .photon);
    _ = try spawn(markThrice, 'm', .matter);
    kernel.run();
    try expectTrace("lrmmlm");
    try testing.expectEqual(1, ledger.countSince(0, .policy_violation));
}

const TestRing = struct {
    slots: [2]u32 = undefined,
    head: usize = 0,
    tail: usize = 0,

    pub fn push(ring: *TestRing, packet: u32) bool {
        if (ring.head - ring.tail == ring.slots.len) return false;
        ring.slots[ring.head % 2] = packet;
        ring.head += 1;
        return true;
    }
    pub fn pop(ring: *TestRing) ?u32 {
        if (ring.head == ring.tail) return null;
        defer ring.tail += 1;
        return ring.slots[ring.tail % 2];
    }
};

var test_ring: TestRing = .{};

fn produce(_: usize) void {
    for (0..5) |number| kernel.send(.console_output, &test_ring, @as(u32, @intCast(number))) catch mark('?');
}

fn consume(_: usize) void {
    var got: u8 = 0;
    while (got < 5) {
        const packet = kernel.receive(.console_output, &test_ring) catch return mark('?');
        if (packet) |number| {
            mark('0' + @as(u8, @intCast(number)));
            got += 1;
        } else kernel.yield();
    }
}

test "a producer facing a full ring yields until the consumer made room" {
    boot();
    test_ring = .{};
    try authority.register(.channel, gate.Channel.console_output.object(), .everything);
    for ([_]fiber_module.Body{ produce, consume }) |body| {
        const fiber = try spawn(body, 0, .matter);
        _ = try kernel.grant(fiber, .{
            .kind = .channel,
            .object = gate.Channel.console_output.object(),
            .permissions = .{ .read = true, .write = true },
            .bounds = .everything,
        });
    }
    kernel.run();
    try expectTrace("01234");
}

test "a reused slot starts without the authority of its last life" {
    boot();
    try authority.register(.channel, gate.Channel.console_output.object(), .everything);
    const first = try spawn(useConsole, 0, .photon);
    _ = try kernel.grant(first, .{
        .kind = .channel,
        .object = gate.Channel.console_output.object(),
        .permissions = .{ .write = true },
        .bounds = .everything,
    });
    kernel.run();
    const second = try spawn(useConsole, 0, .photon);
    try testing.expectEqual(first, second);
    kernel.run();
    try expectTrace("yd");
}
