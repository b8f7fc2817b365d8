// SPDX-License-Identifier: Apache-2.0
//! A fiber: a stack, a place in the schedule, and the authority it acts under.

const std = @import("std");
const context = @import("context.zig");
const gate = @import("gate.zig");
const harmonic = @import("harmonic.zig");
const pledge = @import("pledge.zig");

pub const Body = *const fn (argument: usize) void;

/// Names one life of a fiber slot; a later fiber in the same slot has another id.
pub const Id = enum(u64) {
    /// The boot context and its idle loop, which is no fiber.
    kernel = 0,
    _,
};

pub const State = enum {
    /// The slot can be given to a new fiber.
    vacant,
    /// Has something to run and waits for its turn.
    ready,
    running,
    /// Waits for a time.
    sleeping,
    /// Waits for `wake`.
    waiting,
    /// Will not run again; the run loop takes its stack and its authority back.
    ended,
};

/// How a fiber's life ended.
pub const End = enum { returned, pledge_violated };

/// Lowest word of every stack; gone means the fiber wrote below its stack.
pub const stack_guard: u64 = 0x4E58_5553_5441_434B;

pub const Fiber = struct {
    index: harmonic.Index,
    state: State,
    saved: context.StackPointer,
    stack: []align(context.stack_alignment) u8,
    body: Body,
    argument: usize,
    subject: gate.Subject,
    /// Tick at which a sleeping fiber becomes ready.
    wake_at: u64,
    /// A wake-up that came while the fiber was not waiting; the next wait takes it.
    wake_pending: bool,
    /// How it ended, once it has.
    end: End,

    pub fn id(fiber: *const Fiber) Id {
        return @fromBackingInt(@intCast(fiber.subject.id));
    }

    pub fn spectrum(fiber: *const Fiber) pledge.Spectrum {
        return fiber.subject.pledge.spectrum;
    }

    pub fn guardWord(fiber: *const Fiber) *u64 {
        return @ptrCast(@alignCast(fiber.stack.ptr));
    }
};
