// SPDX-License-Identifier: Apache-2.0
//! The L1 kernel: fibers over one core, scheduled by `harmonic`, judged by `gate`.
//!
//! Cooperative: a fiber runs until it yields, sleeps, waits or ends; then control goes
//! to the run loop on the boot stack, which picks the next one or sleeps in WFI with
//! the one alarm set that the next sleeper needs. There is no periodic tick.
//!
//! `Machine` is what L1 needs of the hardware, as functions without a self:
//!   ticksPerSecond() u64, now() u64                 a counter that never goes back
//!   setAlarm(at: u64) void, clearAlarm() void       one interrupt at or after `at`
//!   maskInterrupts() void, unmaskInterrupts() void
//!   waitForInterrupt() void                         returns on a pending interrupt,
//!                                                   masked or not

const std = @import("std");
const mutant = @import("mutant");
const authority_module = @import("authority.zig");
const capability = @import("capability.zig");
const context = @import("context.zig");
const fiber_module = @import("fiber.zig");
const gate_module = @import("gate.zig");
const harmonic_module = @import("harmonic.zig");
const ledger_module = @import("ledger.zig");
const pages_module = @import("pages.zig");
const pledge_module = @import("pledge.zig");

const Authority = authority_module.Authority;
const End = fiber_module.End;
const Fiber = fiber_module.Fiber;
const Gate = gate_module.Gate;
const Harmonic = harmonic_module.Harmonic;
const Id = fiber_module.Id;
const Ledger = ledger_module.Ledger;
const Pages = pages_module.Pages;
const Pledge = pledge_module.Pledge;
const Slot = capability.Slot;

pub const stack_pages = 4;
const stack_size = stack_pages * pages_module.page_size;

const nobody_sleeps: u64 = std.math.maxInt(u64);

pub const SpawnError = error{ TooManyFibers, OutOfPages };

pub const Spawn = struct {
    body: fiber_module.Body,
    argument: usize = 0,
    pledge: Pledge,
};

/// What the run loop did, in counts since boot.
pub const Statistics = struct {
    dispatches: u64 = 0,
    /// Dispatches that came after the fiber's deadline.
    late: u64 = 0,
    /// Times the core had nothing to run and waited for an interrupt.
    idle_waits: u64 = 0,
    /// Alarms set for a sleeper: the only timer interrupts the kernel asks for.
    alarms: u64 = 0,
    /// Lives ended by a broken pledge.
    violations: u64 = 0,
};

pub fn Kernel(comptime Machine: type) type {
    return struct {
        const Self = @This();

        pages: *Pages,
        ledger: *Ledger,
        authority: *Authority,
        harmonic: Harmonic,
        fibers: [harmonic_module.max_tasks]Fiber,
        lives: u64,
        current: ?*Fiber,
        loop: context.StackPointer,
        /// One bit a fiber slot, set by interrupt handlers, taken by the run loop.
        woken: std.atomic.Value(u16),
        /// Tick at which the first sleeper is due, or `nobody_sleeps`.
        next_wake: u64,
        statistics: Statistics,

        /// The three parts belong to the caller and must outlive the kernel.
        pub fn init(self: *Self, pages: *Pages, ledger: *Ledger, authority: *Authority) void {
            self.pages = pages;
            self.ledger = ledger;
            self.authority = authority;
            self.harmonic.init(Machine.ticksPerSecond() / 1000);
            for (&self.fibers, 0..) |*fiber, index| {
                fiber.index = @intCast(index);
                fiber.state = .vacant;
                fiber.subject.space.clear();
            }
            self.lives = 0;
            self.current = null;
            self.woken = .init(0);
            self.next_wake = nobody_sleeps;
            self.statistics = .{};
            _ = self.note(.{ .kind = .system_boot });
        }

        // For the boot context and for fibers.

        /// A new fiber, ready at once, that holds no capability yet.
        pub fn spawn(self: *Self, wanted: Spawn) SpawnError!*Fiber {
            const fiber = for (&self.fibers) |*candidate| {
                if (candidate.state == .vacant) break candidate;
            } else return error.TooManyFibers;
            const base = try self.pages.allocate(.{ .page_count = stack_pages });
            fiber.stack = base.pointer([*]align(context.stack_alignment) u8)[0..stack_size];
            fiber.guardWord().* = fiber_module.stack_guard;
            fiber.saved = context.prepare(fiber.stack, start, @intFromPtr(self));
            fiber.body = wanted.body;
            fiber.argument = wanted.argument;
            fiber.wake_pending = false;
            self.lives += 1;
            fiber.subject.id = self.lives;
            fiber.subject.pledge = wanted.pledge;
            self.authority.wipe(&fiber.subject.space);
            self.harmonic.admit(fiber.index);
            self.makeReady(fiber, Machine.now());
            const cause = self.note(.{ .kind = .fiber_spawn, .entity = self.lives });
            _ = self.note(.{ .kind = .memory_allocate, .entity = self.lives, .cause = cause, .value = stack_pages });
            return fiber;
        }

        pub fn grant(self: *Self, fiber: *Fiber, wanted: authority_module.Grant) authority_module.GrantError!Slot {
            const slot = try self.authority.grant(&fiber.subject.space, wanted);
            _ = self.note(.{ .kind = .capability_grant, .entity = @backingInt(wanted.object), .value = fiber.subject.id });
            return slot;
        }

        pub fn delegate(
            self: *Self,
            from: *Fiber,
            slot: Slot,
            to: *Fiber,
            share: authority_module.Share,
        ) authority_module.DelegateError!Slot {
            const given = try self.authority.delegate(&from.subject.space, slot, &to.subject.space, share);
            const object = to.subject.space.slots[given.index()].object;
            _ = self.note(.{ .kind = .capability_delegate, .entity = @backingInt(object), .value = to.subject.id });
            return given;
        }

        pub fn revoke(self: *Self, fiber: *Fiber, slot: Slot) authority_module.RevokeError!void {
            try self.authority.revoke(&fiber.subject.space, slot);
            const object = fiber.subject.space.slots[slot.index()].object;
            _ = self.note(.{ .kind = .capability_revoke, .entity = @backingInt(object) });
        }

        /// Runs fibers until none is left alive.
        pub fn run(self: *Self) void {
            std.debug.assert(self.current == null);
            while (true) {
                const now = Machine.now();
                self.takeWakeUps(now);
                if (self.harmonic.take(now)) |index| {
                    self.dispatch(&self.fibers[index], now);
                } else if (self.anyAlive()) {
                    self.idle();
                } else return;
            }
        }

        /// Makes a waiting fiber ready. Safe from an interrupt handler: it only leaves a
        /// mark, which the run loop acts on.
        pub fn wake(self: *Self, index: harmonic_module.Index) void {
            _ = self.woken.fetchOr(@as(u16, 1) << index, .release);
        }

        // For the running fiber.

        /// Lets others run; returns at this fiber's next turn.
        pub fn yield(self: *Self) void {
            const fiber = self.current.?;
            self.makeReady(fiber, Machine.now());
            self.leave(fiber);
        }

        /// Yields only if somebody more urgent, or overdue, is ready: what a long
        /// computation calls now and then.
        pub fn checkpoint(self: *Self) void {
            const fiber = self.current.?;
            const now = Machine.now();
            self.takeWakeUps(now);
            if (self.harmonic.shouldYield(fiber.spectrum(), now)) self.yield();
        }

        /// Returns at the first turn at or after tick `at`.
        pub fn sleepUntil(self: *Self, at: u64) void {
            const fiber = self.current.?;
            fiber.state = .sleeping;
            fiber.wake_at = at;
            self.next_wake = @min(self.next_wake, at);
            self.leave(fiber);
        }

        /// Returns after a `wake`, at once if one came since the last wait. That one may
        /// have been meant for an earlier life of the slot: look again at what you wait for.
        pub fn wait(self: *Self) void {
            const fiber = self.current.?;
            if (fiber.wake_pending) {
                fiber.wake_pending = false;
                return;
            }
            fiber.state = .waiting;
            self.leave(fiber);
        }

        pub fn exit(self: *Self) noreturn {
            self.end(.returned);
        }

        /// Narrows the running fiber's pledge for good.
        pub fn pledge(self: *Self, wanted: Pledge) error{Widens}!void {
            const fiber = self.current.?;
            fiber.subject.pledge = fiber.subject.pledge.narrow(wanted) catch |widens| {
                _ = self.note(.{ .kind = .policy_violation, .value = @bitCast(wanted) });
                return widens;
            };
        }

        /// The way into every ring and valve: returns if the running fiber may pass, and
        /// not at all if it broke its pledge. Code outside fibers holds no authority.
        pub fn pass(self: *Self, wanted: gate_module.Pass) error{AccessDenied}!void {
            const fiber = self.current orelse return error.AccessDenied;
            const gate: Gate = .{ .authority = self.authority, .ledger = self.ledger, .clock_ns = clockNs };
            gate.pass(&fiber.subject, wanted) catch |refusal| switch (refusal) {
                error.AccessDenied => return error.AccessDenied,
                error.PledgeViolated => self.end(.pledge_violated),
            };
        }

        /// Puts a packet into a channel's ring, yielding while the ring is full.
        pub fn send(self: *Self, channel: gate_module.Channel, ring: anytype, packet: anytype) error{AccessDenied}!void {
            try self.pass(.{ .channel = channel, .direction = .write });
            while (!ring.push(packet)) self.yield();
        }

        /// The next packet of a channel's ring, or null when it is empty.
        pub fn receive(self: *Self, channel: gate_module.Channel, ring: anytype) error{AccessDenied}!@TypeOf(ring.pop()) {
            try self.pass(.{ .channel = channel, .direction = .read });
            return ring.pop();
        }

        /// Nanoseconds since the counter's start.
        pub noinline fn clockNs() u64 {
            const ticks = Machine.now();
            const frequency = Machine.ticksPerSecond();
            // Whole seconds apart, so that the product stays below 2^64.
            const fraction_ns = (ticks % frequency) * std.time.ns_per_s / frequency;
            return (ticks / frequency) * std.time.ns_per_s + fraction_ns;
        }

        // The run loop's own.

        fn start(argument: usize) callconv(.c) noreturn {
            const self: *Self = @ptrFromInt(argument);
            const fiber = self.current.?;
            fiber.body(fiber.argument);
            self.end(.returned);
        }

        fn end(self: *Self, how: End) noreturn {
            const fiber = self.current.?;
            fiber.state = .ended;
            fiber.end = how;
            self.leave(fiber);
            unreachable;
        }

        fn leave(self: *Self, fiber: *Fiber) void {
            context.switchTo(&fiber.saved, self.loop);
        }

        noinline fn makeReady(self: *Self, fiber: *Fiber, since: u64) void {
            fiber.state = .ready;
            self.harmonic.makeReady(fiber.index, fiber.spectrum(), since);
        }

        fn dispatch(self: *Self, fiber: *Fiber, now: u64) void {
            self.statistics.dispatches += 1;
            if (self.harmonic.deadlineOf(fiber.index) < now) self.statistics.late += 1;
            fiber.state = .running;
            self.current = fiber;
            context.switchTo(&self.loop, fiber.saved);
            self.current = null;
            if (fiber.guardWord().* != fiber_module.stack_guard) @panic("a fiber overflowed its stack");
            if (fiber.state == .ended) self.reap(fiber);
        }

        fn reap(self: *Self, fiber: *Fiber) void {
            if (fiber.end == .pledge_violated) self.statistics.violations += 1;
            const base: pages_module.PhysicalAddress = @fromBackingInt(@intCast(@intFromPtr(fiber.stack.ptr)));
            self.pages.free(base, stack_pages) catch @panic("a fiber's stack was not the kernel's");
            self.authority.wipe(&fiber.subject.space);
            const cause = self.note(.{
                .kind = .fiber_terminate,
                .entity = fiber.subject.id,
                .value = @backingInt(fiber.end),
            });
            _ = self.note(.{ .kind = .memory_free, .entity = fiber.subject.id, .cause = cause, .value = stack_pages });
            fiber.state = .vacant;
        }

        fn takeWakeUps(self: *Self, now: u64) void {
            if (self.woken.load(.monotonic) == 0 and now < self.next_wake) return;
            const woken = self.woken.swap(0, .acquire);
            self.next_wake = nobody_sleeps;
            for (&self.fibers) |*fiber| {
                const marked = woken & @as(u16, 1) << fiber.index != 0;
                switch (fiber.state) {
                    .waiting => if (marked) self.makeReady(fiber, now),
                    .sleeping => {
                        fiber.wake_pending = fiber.wake_pending or marked;
                        if (fiber.wake_at <= now) {
                            self.makeReady(fiber, fiber.wake_at);
                        } else self.next_wake = @min(self.next_wake, fiber.wake_at);
                    },
                    .ready, .running => fiber.wake_pending = fiber.wake_pending or marked,
                    .vacant, .ended => {},
                }
            }
        }

        /// Sleeps until the next interrupt. Masked from the last look at the marks on, so
        /// that one set in between still ends the wait (WFI wakes on a masked interrupt).
        fn idle(self: *Self) void {
            Machine.maskInterrupts();
            defer Machine.unmaskInterrupts();
            if (self.woken.load(.acquire) != 0) return;
            if (self.next_wake == nobody_sleeps) {
                Machine.clearAlarm();
            } else {
                self.statistics.alarms += 1;
                Machine.setAlarm(self.next_wake);
            }
            self.statistics.idle_waits += 1;
            Machine.waitForInterrupt();
        }

        fn anyAlive(self: *const Self) bool {
            for (&self.fibers) |*fiber| {
                if (fiber.state != .vacant) return true;
            }
            return false;
        }

        const Note = struct {
            kind: ledger_module.Kind,
            entity: u64 = 0,
            cause: u64 = ledger_module.no_cause,
            value: u64 = 0,
        };

        noinline fn note(self: *Self, said: Note) u64 {
            return self.ledger.record(.{
                .kind = said.kind,
                .timestamp_ns = clockNs(),
                .fiber_id = if (self.current) |fiber| fiber.subject.id else 0,
                .entity_id = said.entity,
                .cause_id = said.cause,
                .data = .{ said.value, 0, 0 },
            });
        }
    };
}
