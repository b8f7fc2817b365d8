// SPDX-License-Identifier: Apache-2.0
//! The machine as the L1 kernel sees it: the counter, one alarm, the interrupt mask.

const hal = @import("hal");
const board = @import("../board.zig").info;
const gic = @import("../gic.zig").gic;

/// Timer interrupts taken so far. A tickless kernel takes one for each alarm it set.
pub var alarm_interrupts: u64 = 0;

pub fn init() void {
    gic.setHandler(board.timer_intid, onAlarm);
    gic.enable(board.timer_intid);
    hal.irq.enableLocal();
}

/// The line is level-triggered: it falls when the timer is switched off.
pub fn onAlarm(_: u32) void {
    hal.timer.disarm();
    alarm_interrupts += 1;
}

pub fn ticksPerSecond() u64 {
    return hal.timer.frequency();
}

pub fn now() u64 {
    return hal.timer.now();
}

pub fn setAlarm(at: u64) void {
    hal.timer.arm(at);
}

pub fn clearAlarm() void {
    hal.timer.disarm();
}

pub fn maskInterrupts() void {
    hal.irq.disableLocal();
}

/// The barrier makes a pending interrupt be taken here, not some instructions later.
pub fn unmaskInterrupts() void {
    hal.irq.enableLocal();
    hal.barrier.isb();
}

pub fn waitForInterrupt() void {
    hal.barrier.wfi();
}
