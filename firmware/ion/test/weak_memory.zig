// SPDX-License-Identifier: Apache-2.0
//! A memory in which everything may happen that the architecture allows a producer and a consumer to see, and an exhaustive walk
//! over all of it.
//!
//! The model is the view-based one for release/acquire with SC fences: each location keeps all values ever written to it; a thread
//! has a view (the oldest value of each location that it may still read); a load may return any value from its view on; a release
//! store attaches the writer's view to the value and an acquire load takes it over; a full barrier joins the thread's view with a
//! global one. So stores become visible late and in any order, loads are satisfied early, and only the barriers in the code under
//! test restrict that. (Loads do not overtake into the future: load buffering is not modelled.)
//!
//! The code under test is the real ProducerOver/ConsumerOver. It runs in a thread program that is replayed from its start for each
//! step: accesses already made are answered from a log, the next one pauses the program and becomes a choice of the walk.
const std = @import("std");
const ion = @import("ion");
const Order = std.lang.AtomicOrder;

pub const slots_max = 2;
const locations = 4 + 2 * slots_max;
const messages_max = 14;
const log_max = 120;
/// Per location: the oldest value that may still be read, then how many reads of it are known to be over.
const View = [2 * locations]u8;

/// Where the model's ring keeps its parts; only the offsets matter.
pub const producer_offset = 0x1000;
pub const consumer_offset = 0x2000;
pub const slots_offset = 0x3000;

/// What the walk leaves out on purpose, to show that it would be missed.
pub const Weakness = enum { none, no_barrier_in_publish, no_barrier_in_arm, release_relaxed, acquire_relaxed, consumer_release_relaxed, producer_acquire_relaxed, event_off_by_one };

const Op = union(enum) {
    load: struct { location: u8, acquire: bool },
    store: struct { location: u8, value: u64, release: bool },
    barrier,
    /// Ring the other side.
    doorbell,
    /// Wait until this side was rung.
    sleep,
};

const Message = struct { value: u64, view: View };
const first_slot = 4;

const Location = struct {
    messages: [messages_max]Message = undefined,
    count: u8 = 0,
};

const ThreadState = struct {
    log: [log_max]u64 = undefined,
    log_len: u16 = 0,
    current: View = @splat(0),
    /// Joined views of relaxed loads, taken over by a barrier.
    acquired: View = @splat(0),
    /// The view at the last barrier, attached to relaxed stores.
    released: View = @splat(0),
    rung: bool = false,
};

const State = struct {
    memory: [locations]Location = undefined,
    threads: [2]ThreadState = .{ .{}, .{} },
    global: View = @splat(0),

    fn init() State {
        var state: State = .{};
        for (&state.memory) |*location| {
            location.* = .{};
            location.messages[0] = .{ .value = 0, .view = @splat(0) };
            location.count = 1;
        }
        return state;
    }

    /// A hash of all that decides the future.
    fn hash(state: *const State) u64 {
        var hasher = std.hash.Wyhash.init(0);
        for (&state.memory) |*location| {
            hasher.update(std.mem.asBytes(&location.count));
            for (location.messages[0..location.count]) |*message| {
                hasher.update(std.mem.asBytes(&message.value));
                hasher.update(&message.view);
            }
        }
        for (&state.threads) |*thread| {
            hasher.update(std.mem.sliceAsBytes(thread.log[0..thread.log_len]));
            hasher.update(&thread.current);
            hasher.update(&thread.acquired);
            hasher.update(&thread.released);
            hasher.update(&.{@intFromBool(thread.rung)});
        }
        hasher.update(&state.global);
        return hasher.final();
    }
};

/// One replay of a program; the `Memory` that the code under test is given.
pub const Memory = struct {
    replay: *Replay,

    pub const Replay = struct {
        log: []const u64,
        cursor: usize = 0,
        pending: ?Op = null,
        /// Accesses between entering a function and its barrier tell the two kinds of barrier apart.
        last_store: u8 = 0,
        weakness: Weakness,
    };

    /// True once the replay has used up its log: the program must return, as all it reads from now on is meaningless.
    pub fn paused(memory: Memory) bool {
        return memory.replay.pending != null;
    }

    fn step(memory: Memory, op: Op) u64 {
        const replay = memory.replay;
        if (replay.pending != null) return 0;
        if (replay.cursor == replay.log.len) {
            replay.pending = op;
            return 0;
        }
        replay.cursor += 1;
        return replay.log[replay.cursor - 1];
    }

    pub fn load(memory: Memory, offset: u32, comptime order: Order) u32 {
        const location = locationOf(offset);
        const weakened = switch (memory.replay.weakness) {
            .acquire_relaxed => location == 0,
            .producer_acquire_relaxed => location == 2,
            else => false,
        };
        const acquire = order == .acquire and !weakened;
        return @intCast(memory.step(.{ .load = .{ .location = location, .acquire = acquire } }));
    }

    pub fn store(memory: Memory, offset: u32, value: u32, comptime order: Order) void {
        const location = locationOf(offset);
        const is_event = location == 1 or location == 3;
        const wrong = is_event and memory.replay.weakness == .event_off_by_one;
        const weakened = switch (memory.replay.weakness) {
            .release_relaxed => location == 0,
            .consumer_release_relaxed => location == 2,
            else => false,
        };
        const release = order == .release and !weakened;
        if (memory.replay.pending == null) memory.replay.last_store = location;
        _ = memory.step(.{ .store = .{ .location = location, .value = value +% @intFromBool(wrong), .release = release } });
    }

    pub fn fullBarrier(memory: Memory) void {
        // A barrier after an event store is the one of `arm` or `awaitSpace`; after an index store, of `publish` or `release`.
        const after_event = memory.replay.last_store == 1 or memory.replay.last_store == 3;
        switch (memory.replay.weakness) {
            .no_barrier_in_publish => if (!after_event) return,
            .no_barrier_in_arm => if (after_event) return,
            else => {},
        }
        _ = memory.step(.barrier);
    }

    /// Two words a slot: enough for a torn one to show.
    pub fn loadDescriptor(memory: Memory, offset: u32) ion.abi.Descriptor {
        const location = slotLocation(offset);
        const first = memory.step(.{ .load = .{ .location = location, .acquire = false } });
        const second = memory.step(.{ .load = .{ .location = location + 1, .acquire = false } });
        var descriptor = std.mem.zeroes(ion.abi.Descriptor);
        descriptor.kind = @truncate(first >> 32);
        descriptor.tag = @truncate(first);
        descriptor.argument = second >> 32;
        descriptor.sequence = @truncate(second);
        return descriptor;
    }

    pub fn storeDescriptor(memory: Memory, offset: u32, descriptor: ion.abi.Descriptor) void {
        const location = slotLocation(offset);
        const first = @as(u64, descriptor.kind) << 32 | descriptor.tag;
        const second = descriptor.argument << 32 | descriptor.sequence;
        _ = memory.step(.{ .store = .{ .location = location, .value = first, .release = false } });
        _ = memory.step(.{ .store = .{ .location = location + 1, .value = second, .release = false } });
    }

    pub fn doorbell(memory: Memory) void {
        _ = memory.step(.doorbell);
    }

    pub fn sleep(memory: Memory) void {
        _ = memory.step(.sleep);
    }

    fn locationOf(offset: u32) u8 {
        return switch (offset) {
            producer_offset => 0,
            producer_offset + ion.abi.event_index_offset => 1,
            consumer_offset => 2,
            consumer_offset + ion.abi.event_index_offset => 3,
            else => unreachable,
        };
    }

    fn slotLocation(offset: u32) u8 {
        return @intCast(first_slot + (offset - slots_offset) / 32 * 2);
    }
};

pub const Program = *const fn (Memory) error{Violation}!void;

pub const Finding = error{
    /// A program saw something that must not be.
    Violation,
    /// Both sides wait for a doorbell that nobody will ring.
    LostDoorbell,
    OutOfMemory,
    /// The scenario outgrew the model.
    TooLarge,
};

pub const Walk = struct {
    programs: [2]Program,
    weakness: Weakness = .none,
    visited: std.AutoHashMapUnmanaged(u64, void) = .empty,
    gpa: std.mem.Allocator = std.testing.allocator,
    /// States seen, and those of them in which both programs are done.
    states: usize = 0,
    finished: usize = 0,

    pub fn deinit(walk: *Walk) void {
        walk.visited.deinit(walk.gpa);
    }

    /// Every state that can be reached, once.
    pub fn run(walk: *Walk) Finding!void {
        const state = State.init();
        try walk.explore(&state);
    }

    fn explore(walk: *Walk, state: *const State) Finding!void {
        const entry = try walk.visited.getOrPut(walk.gpa, state.hash());
        if (entry.found_existing) return;
        walk.states += 1;
        var enabled: usize = 0;
        var done: usize = 0;
        for (0..2) |id| {
            const pending = try walk.pendingOf(state, id) orelse {
                done += 1;
                continue;
            };
            enabled += try walk.exploreOp(state, id, pending);
        }
        if (done == 2) walk.finished += 1 else if (enabled == 0) return error.LostDoorbell;
    }

    /// The next access of a thread; null when its program has ended.
    fn pendingOf(walk: *Walk, state: *const State, id: usize) Finding!?Op {
        const thread = &state.threads[id];
        var replay: Memory.Replay = .{ .log = thread.log[0..thread.log_len], .weakness = walk.weakness };
        walk.programs[id](.{ .replay = &replay }) catch |failure| {
            if (replay.pending == null) return failure;
        };
        std.debug.assert(replay.cursor == replay.log.len);
        return replay.pending;
    }

    /// Follows every outcome of one access; returns how many there are.
    fn exploreOp(walk: *Walk, state: *const State, id: usize, op: Op) Finding!usize {
        switch (op) {
            .load => |load| {
                const location = &state.memory[load.location];
                const oldest = state.threads[id].current[load.location];
                for (oldest..location.count) |time| {
                    var next = state.*;
                    applyLoad(&next, id, load.location, load.acquire, @intCast(time));
                    try record(&next.threads[id], location.messages[time].value);
                    try walk.explore(&next);
                }
                return location.count - oldest;
            },
            .store => |store| {
                var next = state.*;
                try applyStore(&next, id, store.location, store.value, store.release);
                try record(&next.threads[id], 0);
                try walk.explore(&next);
            },
            .barrier => {
                var next = state.*;
                applyBarrier(&next, id);
                try record(&next.threads[id], 0);
                try walk.explore(&next);
            },
            .doorbell => {
                var next = state.*;
                next.threads[1 - id].rung = true;
                try record(&next.threads[id], 0);
                try walk.explore(&next);
            },
            .sleep => {
                if (!state.threads[id].rung) return 0;
                var next = state.*;
                next.threads[id].rung = false;
                try record(&next.threads[id], 0);
                try walk.explore(&next);
            },
        }
        return 1;
    }
};

fn record(thread: *ThreadState, value: u64) Finding!void {
    if (thread.log_len == log_max) return error.TooLarge;
    thread.log[thread.log_len] = value;
    thread.log_len += 1;
}

fn join(a: *View, b: View) void {
    for (a, b) |*x, y| x.* = @max(x.*, y);
}

fn applyLoad(state: *State, id: usize, location: u8, acquire: bool, time: u8) void {
    const thread = &state.threads[id];
    const message = state.memory[location].messages[time];
    thread.current[location] = time;
    join(&thread.acquired, message.view);
    thread.acquired[location] = @max(thread.acquired[location], time);
    if (acquire) join(&thread.current, message.view);
    // Only the consumer reads slots, so its own count is the count.
    if (location >= first_slot) thread.current[locations + location] += 1;
}

fn applyStore(state: *State, id: usize, location: u8, value: u64, release: bool) Finding!void {
    const thread = &state.threads[id];
    const place = &state.memory[location];
    if (place.count == messages_max) return error.TooLarge;
    const reads = state.threads[1 - id].current[locations + location];
    if (location >= first_slot and thread.current[locations + location] < reads) return error.Violation;
    const time = place.count;
    thread.current[location] = time;
    thread.acquired[location] = @max(thread.acquired[location], time);
    var view = if (release) thread.current else thread.released;
    view[location] = time;
    place.messages[time] = .{ .value = value, .view = view };
    place.count += 1;
}

fn applyBarrier(state: *State, id: usize) void {
    const thread = &state.threads[id];
    join(&thread.current, thread.acquired);
    join(&state.global, thread.current);
    thread.current = state.global;
    thread.acquired = thread.current;
    thread.released = thread.current;
}
