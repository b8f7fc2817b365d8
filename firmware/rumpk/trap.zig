// SPDX-License-Identifier: Apache-2.0
//! Exceptions taken at EL2 by Rumpk itself: interrupts are dispatched, a fault that a
//! self-test announced is taken note of, and everything else is reported and stops.

const std = @import("std");
const el2 = @import("el2");
const hal = @import("hal");
const mutant = @import("mutant");
const console = @import("console.zig");
const gic = @import("gic.zig").gic;
const report = @import("report.zig");
const halt = @import("halt.zig");

/// What the vectors save, in the order of entry.S.
pub const Frame = extern struct {
    x: [31]u64,
    sp: u64,
    elr: u64,
    spsr: u64,
    esr: u64,
    far: u64,
    hpfar: u64,
    vector: u64,
};

comptime {
    std.debug.assert(@sizeOf(Frame) % 16 == 0);
    std.debug.assert(@offsetOf(Frame, "elr") == 256 and @offsetOf(Frame, "hpfar") == 288);
}

/// Vector indices: four kinds (synchronous, IRQ, FIQ, SError) from four places.
const vector_irq = 1;
const vector_current_sp_el2 = 4;

/// A fault that is meant to happen, and where to go on after it.
pub const Expectation = struct { class: el2.esr.Class, resume_offset: u64 = 4 };

pub const Taken = struct { esr: u64, elr: u64, far: u64, spsr: u64 };

var expected: ?Expectation = null;
var taken_fault: ?Taken = null;
var reporting: bool = false;

/// Announces one deliberate fault; `taken` then tells what came.
pub fn expect(expectation: Expectation) void {
    taken_fault = null;
    expected = expectation;
}

/// The announced fault, if it came. Also withdraws the announcement.
pub fn taken() ?Taken {
    expected = null;
    return taken_fault;
}

export fn rumpk_exception(frame: *Frame) callconv(.c) void {
    if (frame.vector == vector_irq or frame.vector == vector_irq + vector_current_sp_el2)
        return gic.dispatch();
    if (frame.vector == 0 and isExpected(frame)) return;
    if (mutant.on(.el2_trap)) return reportAndSkip(frame);
    // A fault inside this report would come back here for ever.
    if (reporting) hal.psci.systemOff();
    reporting = true;
    console.initUnlessUp();
    report.ofKernel(frame);
    halt.end("trap");
}

fn reportAndSkip(frame: *Frame) void {
    report.ofKernel(frame);
    frame.elr += 4;
}

fn isExpected(frame: *Frame) bool {
    const expectation = expected orelse return false;
    const syndrome = el2.esr.Syndrome{ .bits = frame.esr };
    if (syndrome.class() != expectation.class) return false;
    expected = null;
    taken_fault = .{ .esr = frame.esr, .elr = frame.elr, .far = frame.far, .spsr = frame.spsr };
    frame.elr += expectation.resume_offset;
    return true;
}
