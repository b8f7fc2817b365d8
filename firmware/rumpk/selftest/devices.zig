// SPDX-License-Identifier: Apache-2.0
//! Checks 5 to 7: console, interrupt controller, timer.

const hal = @import("hal");
const mutant = @import("mutant");
const board = @import("../board.zig").info;
const console = @import("../console.zig");
const gic = @import("../gic.zig").gic;
const hardware = @import("../kernel/hardware.zig");
const Facts = @import("facts.zig").Facts;
const Failure = @import("facts.zig").Failure;

pub fn uart(facts: *Facts) Failure!void {
    const off = mutant.on(.uart_transmit_off);
    if (off) console.disableTransmitter();
    // A UART that is switched off could not say what was found.
    defer if (off) console.init();
    facts.hex("base", board.uart_registers.address);
    return console.examine(facts);
}

const sgi: u4 = 5;
const sgi_rounds = 8;
/// An SGI comes at once or not at all.
const sgi_patience_ms = 100;

var sgi_count: u64 = 0;
var sgi_intid: u32 = 0;

fn onSgi(intid: u32) void {
    @as(*volatile u64, &sgi_count).* += 1;
    sgi_intid = intid;
}

pub fn interrupts(facts: *Facts) Failure!void {
    const unexpected = gic.unexpected_count;
    gic.setHandler(sgi, onSgi);
    defer gic.setHandler(sgi, null);
    gic.enable(sgi);
    defer gic.disable(sgi);
    facts.dec("gic", board.gic.version());
    facts.dec("intid", sgi);

    // Masked, it stays pending; unmasked, it is taken once.
    hal.irq.disableLocal();
    gic.sendSgiToSelf(if (mutant.on(.sgi_wrong_number)) sgi + 1 else sgi);
    const early = reached(&sgi_count, 1, 1);
    hardware.unmaskInterrupts();
    try facts.require(!early, "a masked interrupt to wait");
    for (1..sgi_rounds) |round| {
        if (!reached(&sgi_count, round, sgi_patience_ms)) break;
        gic.sendSgiToSelf(sgi);
    } else _ = reached(&sgi_count, sgi_rounds, sgi_patience_ms);
    facts.dec("sent", sgi_rounds);
    facts.dec("delivered", sgi_count);
    facts.place("delivered_at", &sgi_count);
    facts.dec("unexpected", gic.unexpected_count - unexpected);
    try facts.require(sgi_count == sgi_rounds, "each SGI delivered once");
    try facts.require(sgi_intid == sgi, "the handler of that very interrupt");
    try facts.require(gic.unexpected_count == unexpected, "no interrupt that nobody asked for");
}

const ticks_min = 10;
/// Of the best tick: what a busy host adds to the others says nothing about the timer.
/// While no tick was good enough the host was busy all along, and more are taken.
const late_best_us_max = 500;
const ticks_max = 200;
/// A host that is this long away is not busy but gone.
const tick_patience_ms = 3000;

var tick_deadline: u64 = 0;
var ticks: u64 = 0;
var ticks_early: u64 = 0;
var late_best: u64 = 0;
var late_worst: u64 = 0;

fn onTick(_: u32) void {
    const now = hal.timer.now();
    hal.timer.disarm();
    if (now < tick_deadline) ticks_early += 1;
    const late = now -| tick_deadline;
    late_best = @min(late_best, late);
    late_worst = @max(late_worst, late);
    @as(*volatile u64, &ticks).* += 1;
}

pub fn timer(facts: *Facts) Failure!void {
    gic.setHandler(board.timer_intid, onTick);
    defer gic.setHandler(board.timer_intid, hardware.onAlarm);
    const frequency = hal.timer.frequency();
    const period = frequency / 1000;
    facts.dec("frequency", frequency);
    try facts.require(period > 0, "a counter of at least 1 kHz");
    late_best = frequency;
    const start = hal.timer.now();
    var armed: u64 = 0;
    while (armed < ticks_min or (armed < ticks_max and late_best * 1000 / period > late_best_us_max)) {
        armed += 1;
        tick_deadline = hal.timer.now() + period;
        hal.timer.arm(if (mutant.on(.timer_early)) tick_deadline - period / 2 else tick_deadline);
        if (!reached(&ticks, armed, tick_patience_ms)) break;
    }
    const elapsed = hal.timer.now() - start;
    facts.dec("ticks", ticks);
    facts.place("ticks_at", &ticks);
    facts.dec("early", ticks_early);
    facts.dec("elapsed_us", elapsed * 1000 / period);
    facts.dec("late_best_ns", late_best * 1_000_000 / period);
    facts.dec("late_worst_ns", late_worst * 1_000_000 / period);
    try facts.require(ticks == armed, "one interrupt for each armed deadline");
    try facts.require(ticks_early == 0, "no tick before the counter reached its deadline");
    try facts.require(elapsed >= armed * period, "the counter to agree with the ticks");
    try facts.require(late_best * 1000 / period <= late_best_us_max, "a tick within 500 us of its deadline");
}

/// Waits until the counter at `count` is at least `wanted`, for a bounded time.
fn reached(count: *u64, wanted: u64, patience: u64) bool {
    const give_up_at = hal.timer.now() + patience * (hal.timer.frequency() / 1000);
    while (@as(*volatile u64, count).* < wanted) {
        if (hal.timer.now() >= give_up_at) return false;
    }
    // What else the handler wrote is read after its count.
    hal.barrier.isb();
    return true;
}
