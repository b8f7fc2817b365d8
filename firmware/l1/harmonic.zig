// SPDX-License-Identifier: Apache-2.0
//! The Harmonic scheduler's one decision: which ready task runs next.
//!
//! Each pass visits Photon, then Matter, Gravity, Void, the earliest deadline first
//! within a spectrum (for Void: first come first served), and every ready task once. A task that has waited for its whole
//! deadline goes first, out of turn, earliest deadline before later ones; so nobody
//! with a deadline waits for ever, however busy the more urgent spectra are.
//!
//! Pure: no clock, no stacks, no queues to corrupt. Times are ticks of the caller's
//! choice.

const std = @import("std");
const mutant = @import("mutant");
const Spectrum = @import("pledge.zig").Spectrum;

pub const max_tasks = 16;

/// Milliseconds after becoming ready in which a task should run; null is never.
pub const deadline_ms = std.enums.EnumArray(Spectrum, ?u32).init(.{
    .photon = 2,
    .matter = 10,
    .gravity = 50,
    .void = null,
});

pub const no_deadline: u64 = std.math.maxInt(u64);

pub const Index = u4;

const Task = struct {
    spectrum: Spectrum,
    deadline: u64,
    /// Order of becoming ready: decides where deadlines do not.
    arrival: u64,
    /// The last pass that ran this task.
    pass: u64,
};

pub const Harmonic = struct {
    ticks_per_ms: u64,
    tasks: [max_tasks]Task,
    ready: u16,
    pass: u64,
    arrivals: u64,

    pub fn init(harmonic: *Harmonic, ticks_per_ms: u64) void {
        std.debug.assert(ticks_per_ms > 0);
        harmonic.ticks_per_ms = ticks_per_ms;
        for (&harmonic.tasks) |*task| {
            task.* = .{ .spectrum = .void, .deadline = no_deadline, .arrival = 0, .pass = 0 };
        }
        harmonic.ready = 0;
        harmonic.pass = 1;
        harmonic.arrivals = 0;
    }

    /// A slot has a new owner, which no pass has run yet.
    pub fn admit(harmonic: *Harmonic, index: Index) void {
        std.debug.assert(!harmonic.isReady(index));
        harmonic.tasks[index].pass = 0;
    }

    /// The task could have run from tick `since` on; its deadline counts from there, so
    /// that a wake-up noticed late is not late twice.
    pub fn makeReady(harmonic: *Harmonic, index: Index, spectrum: Spectrum, since: u64) void {
        std.debug.assert(!harmonic.isReady(index));
        const task = &harmonic.tasks[index];
        task.spectrum = spectrum;
        task.deadline = harmonic.deadlineFrom(spectrum, since);
        task.arrival = harmonic.arrivals;
        harmonic.arrivals += 1;
        harmonic.ready |= bit(index);
    }

    /// Takes the task that runs next off the ready set, or null when none is ready.
    pub fn take(harmonic: *Harmonic, now: u64) ?Index {
        var best: ?Index = null;
        var left = harmonic.ready;
        while (left != 0) : (left &= left - 1) {
            const index: Index = @intCast(@ctz(left));
            if (best == null or harmonic.goesBefore(index, best.?, now)) best = index;
        }
        const chosen = best orelse return null;
        const task = &harmonic.tasks[chosen];
        // Nobody overdue and nobody left in this pass: the next pass begins.
        if (task.pass == harmonic.pass and task.deadline > now) harmonic.pass += 1;
        task.pass = harmonic.pass;
        harmonic.ready &= ~bit(chosen);
        return chosen;
    }

    /// True when a ready task should run before a running one of this spectrum: the
    /// boundary at which a long-running fiber gives way.
    pub fn shouldYield(harmonic: *const Harmonic, running: Spectrum, now: u64) bool {
        var left = harmonic.ready;
        while (left != 0) : (left &= left - 1) {
            const task = harmonic.tasks[@ctz(left)];
            if (task.spectrum.moreUrgentThan(running) or task.deadline <= now) return true;
        }
        return false;
    }

    pub fn isReady(harmonic: *const Harmonic, index: Index) bool {
        return harmonic.ready & bit(index) != 0;
    }

    pub fn deadlineOf(harmonic: *const Harmonic, index: Index) u64 {
        return harmonic.tasks[index].deadline;
    }

    pub fn deadlineFrom(harmonic: *const Harmonic, spectrum: Spectrum, since: u64) u64 {
        const milliseconds = deadline_ms.get(spectrum) orelse return no_deadline;
        return since + milliseconds * harmonic.ticks_per_ms;
    }

    noinline fn goesBefore(harmonic: *const Harmonic, index: Index, other: Index, now: u64) bool {
        const a = harmonic.tasks[index];
        const b = harmonic.tasks[other];
        const a_overdue = a.deadline <= now;
        const b_overdue = b.deadline <= now;
        if (a_overdue != b_overdue) return a_overdue;
        if (a_overdue and a.deadline != b.deadline) return a.deadline < b.deadline;
        const a_waits = a.pass != harmonic.pass;
        const b_waits = b.pass != harmonic.pass;
        if (!a_overdue and a_waits != b_waits) return a_waits;
        if (a.spectrum != b.spectrum and !mutant.on(.scheduler_ignores_spectrum)) {
            return a.spectrum.moreUrgentThan(b.spectrum);
        }
        if (a.spectrum == b.spectrum and a.deadline != b.deadline) return a.deadline < b.deadline;
        return a.arrival < b.arrival;
    }

    fn bit(index: Index) u16 {
        return @as(u16, 1) << index;
    }
};
