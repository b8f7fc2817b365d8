// SPDX-License-Identifier: Apache-2.0
//! Checks 11 and 12: fibers and the order they run in.

const l1 = @import("l1");
const mutant = @import("mutant");
const hardware = @import("../kernel/hardware.zig");
const kernel_module = @import("../kernel/kernel.zig");
const Facts = @import("facts.zig").Facts;
const Failure = @import("facts.zig").Failure;

comptime {
    asm (@embedFile("registers.S"));
}

extern fn selftest_registers(seed: u64, yield: *const fn () callconv(.c) void) callconv(.c) u64;

const kernel = &kernel_module.instance;
const could_not_spawn = "room for the test's fibers";

const switching_fibers = 3;
const switching_rounds = 100;

var rounds_done: [switching_fibers]u64 = @splat(0);
var registers_lost: u64 = 0;

fn yieldOnce() callconv(.c) void {
    kernel.yield();
    // Not declared as a clobber, which is what makes it the fault it plays.
    if (mutant.on(.fiber_clobbers_registers)) asm volatile ("mov x28, #0");
}

fn keepRegisters(number: usize) void {
    for (0..switching_rounds) |round| {
        registers_lost += selftest_registers(number << 32 | round, yieldOnce);
        rounds_done[number] += 1;
    }
}

pub fn switching(facts: *Facts) Failure!void {
    const free_before = kernel.pages.free_count;
    const dispatches_before = kernel.statistics.dispatches;
    for (0..switching_fibers) |number| {
        _ = kernel.spawn(.{ .body = keepRegisters, .argument = number, .pledge = .of(.matter, &.{}) }) catch
            return facts.require(false, could_not_spawn);
    }
    const stacks_taken = free_before - kernel.pages.free_count;
    const start = hardware.now();
    kernel.run();
    const elapsed_ticks = hardware.now() - start;
    const switches = kernel.statistics.dispatches - dispatches_before;
    facts.dec("frame_bytes", l1.context.frame_size);
    facts.dec("fibers", switching_fibers);
    facts.dec("switches", switches);
    facts.dec("registers_lost", registers_lost);
    facts.place("rounds_at", &rounds_done);
    facts.dec("stack_pages", stacks_taken);
    facts.dec("ticks_per_1000_switches", elapsed_ticks * 1000 / switches);
    try facts.require(l1.context.frame_size == 96, "a 96-byte frame");
    for (rounds_done) |rounds| try facts.require(rounds == switching_rounds, "every fiber to finish its rounds");
    try facts.require(switches == switching_fibers * (switching_rounds + 1), "one dispatch for each start and each yield");
    try facts.require(registers_lost == 0, "x19 to x28 to survive every switch");
    try facts.require(kernel.pages.free_count == free_before, "the stacks back in the pool");
}

var trace: [32]u8 = undefined;
var trace_len: usize = 0;

fn mark(letter: u8) void {
    if (trace_len == trace.len) return;
    trace[trace_len] = letter;
    trace_len += 1;
}

fn traced(expected: []const u8) bool {
    if (trace_len != expected.len) return false;
    for (trace[0..trace_len], expected) |got, wanted| if (got != wanted) return false;
    return true;
}

fn markTwice(letter: usize) void {
    mark(@intCast(letter));
    kernel.yield();
    mark(@intCast(letter));
}

const Body = struct { spectrum: l1.Spectrum, body: l1.fiber.Body, argument: usize };

fn runAll(bodies: []const Body) l1.kernel.SpawnError!void {
    trace_len = 0;
    for (bodies) |body| {
        _ = try kernel.spawn(.{ .body = body.body, .argument = body.argument, .pledge = .of(body.spectrum, &.{}) });
    }
    kernel.run();
}

pub fn spectra(facts: *Facts) Failure!void {
    facts.word("deadlines_ms", "2/10/50/none");
    try orderOfSpectra(facts);
    try urgentComesFirst(facts);
    try sleepsWithoutTicks(facts);
}

/// A host that stops the machine for longer than a deadline makes a dispatch late, and a
/// late fiber rightly runs out of turn. Such a round says nothing and is taken again.
const undisturbed_attempts_max = 100;

var order_seen: [8]u8 = undefined;

fn orderOfSpectra(facts: *Facts) Failure!void {
    var disturbed: u64 = 0;
    while (disturbed < undisturbed_attempts_max) : (disturbed += 1) {
        const late_before = kernel.statistics.late;
        runAll(&.{
            .{ .spectrum = .void, .body = markTwice, .argument = 'v' },
            .{ .spectrum = .gravity, .body = markTwice, .argument = 'g' },
            .{ .spectrum = .matter, .body = markTwice, .argument = 'm' },
            .{ .spectrum = .photon, .body = markTwice, .argument = 'p' },
        }) catch return facts.require(false, could_not_spawn);
        if (kernel.statistics.late == late_before) break;
    }
    facts.dec("disturbed", disturbed);
    const in_order = traced("pmgvpmgv");
    order_seen = trace[0..order_seen.len].*;
    facts.word("order", if (in_order) "pmgvpmgv" else "other");
    facts.place("order_at", &order_seen);
    try facts.require(in_order, "Photon, Matter, Gravity, Void, twice");
}

const hog_ms_max = 200;

fn sleepThenMark(letter: usize) void {
    kernel.sleepUntil(hardware.now() + hardware.ticksPerSecond() / 1000);
    mark(@intCast(letter));
}

/// Computes on and on, giving way where it is told to, until the other has run.
fn hog(letter: usize) void {
    const end = hardware.now() + hog_ms_max * (hardware.ticksPerSecond() / 1000);
    while (trace_len == 0 and hardware.now() < end) kernel.checkpoint();
    mark(@intCast(letter));
}

fn urgentComesFirst(facts: *Facts) Failure!void {
    runAll(&.{
        .{ .spectrum = .void, .body = hog, .argument = 'h' },
        .{ .spectrum = .photon, .body = sleepThenMark, .argument = 'p' },
    }) catch return facts.require(false, could_not_spawn);
    try facts.require(traced("ph"), "a Photon fiber to interrupt a Void computation");
}

const sleepers = 3;
/// A wake-up later than this says that the host was busy elsewhere.
const undisturbed_us = 1000;

var sleep_start: u64 = 0;
var early_wakes: u64 = 0;
var latest_wake_us: u64 = 0;

fn sleepFor(ms: usize) void {
    const at = sleep_start + ms * (hardware.ticksPerSecond() / 1000);
    kernel.sleepUntil(at);
    const now = hardware.now();
    if (now < at) early_wakes += 1;
    latest_wake_us = @max(latest_wake_us, (now -| at) * 1_000_000 / hardware.ticksPerSecond());
    mark('0' + @as(u8, @intCast(ms)));
}

fn sleepsWithoutTicks(facts: *Facts) Failure!void {
    const alarms_before = kernel.statistics.alarms;
    const interrupts_before = hardware.alarm_interrupts;
    const waits_before = kernel.statistics.idle_waits;
    var attempts: u64 = 0;
    while (attempts < undisturbed_attempts_max) {
        attempts += 1;
        latest_wake_us = 0;
        sleep_start = hardware.now();
        runAll(&.{
            .{ .spectrum = .photon, .body = sleepFor, .argument = 6 },
            .{ .spectrum = .matter, .body = sleepFor, .argument = 2 },
            .{ .spectrum = .gravity, .body = sleepFor, .argument = 4 },
        }) catch return facts.require(false, could_not_spawn);
        if (latest_wake_us < undisturbed_us) break;
    }
    const alarms = kernel.statistics.alarms - alarms_before;
    const interrupts = hardware.alarm_interrupts - interrupts_before;
    facts.dec("sleepers", attempts * sleepers);
    facts.dec("alarms", alarms);
    facts.dec("timer_interrupts", interrupts);
    facts.dec("idle_waits", kernel.statistics.idle_waits - waits_before);
    facts.dec("early", early_wakes);
    facts.dec("latest_us", latest_wake_us);
    try facts.require(traced("246"), "sleepers to wake in the order of their times");
    try facts.require(early_wakes == 0, "nobody to wake before its time");
    try facts.require(alarms > 0 and alarms <= attempts * sleepers, "at most one alarm for each sleeper");
    try facts.require(interrupts == alarms, "no timer interrupt but the alarms");
}
