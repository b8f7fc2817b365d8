// SPDX-License-Identifier: Apache-2.0
//! The system ledger: who did what to whom, newest over oldest.
//!
//! Fixed memory, never blocks, never fails: what no longer fits is counted in `lost`,
//! so a reader always knows how much it did not see.

const std = @import("std");

/// What happened. The values are the system's published ones; gaps are reserved.
pub const Kind = enum(u16) {
    system_boot = 1,
    system_shutdown = 2,
    fiber_spawn = 3,
    fiber_terminate = 4,
    capability_grant = 10,
    capability_revoke = 11,
    capability_delegate = 12,
    channel_open = 20,
    channel_close = 21,
    channel_read = 22,
    channel_write = 23,
    memory_allocate = 30,
    memory_free = 31,
    memory_map = 32,
    network_packet_rx = 40,
    network_packet_tx = 41,
    access_denied = 50,
    policy_violation = 51,
};

/// One ledger record, 64 bytes, little-endian. `sequence` fills the four bytes that
/// natural alignment leaves after `reserved`, so the record needs no hidden padding.
pub const Event = extern struct {
    kind: Kind,
    reserved: u16 = 0,
    /// Low 32 bits of the event's number, counted from zero at boot.
    sequence: u32,
    timestamp_ns: u64,
    fiber_id: u64,
    entity_id: u64,
    /// Number of the event that led to this one, or `no_cause`.
    cause_id: u64,
    data: [3]u64,

    comptime {
        std.debug.assert(@sizeOf(Event) == 64);
        std.debug.assert(@offsetOf(Event, "timestamp_ns") == 8);
        std.debug.assert(@offsetOf(Event, "data") == 40);
    }
};

pub const no_cause: u64 = std.math.maxInt(u64);

/// What a caller says about an event; the ledger adds its number.
pub const Entry = struct {
    kind: Kind,
    timestamp_ns: u64,
    fiber_id: u64,
    entity_id: u64 = 0,
    cause_id: u64 = no_cause,
    data: [3]u64 = .{ 0, 0, 0 },
};

pub const capacity = 256;

pub const Ledger = struct {
    events: [capacity]Event,
    /// Events recorded since boot.
    total: u64,

    pub fn init(ledger: *Ledger) void {
        ledger.total = 0;
    }

    /// Records an event and returns its number, for use as a later event's cause.
    pub noinline fn record(ledger: *Ledger, entry: Entry) u64 {
        const number = ledger.total;
        ledger.events[number % capacity] = .{
            .kind = entry.kind,
            .sequence = @truncate(number),
            .timestamp_ns = entry.timestamp_ns,
            .fiber_id = entry.fiber_id,
            .entity_id = entry.entity_id,
            .cause_id = entry.cause_id,
            .data = entry.data,
        };
        ledger.total += 1;
        return number;
    }

    /// Events that newer ones have overwritten.
    pub fn lost(ledger: *const Ledger) u64 {
        return ledger.total -| capacity;
    }

    /// The event of that number, or null when it is not yet or no longer held.
    pub fn get(ledger: *const Ledger, number: u64) ?*const Event {
        if (number >= ledger.total or number < ledger.lost()) return null;
        return &ledger.events[number % capacity];
    }

    /// How many of the held events are of this kind and have at least this number.
    pub noinline fn countSince(ledger: *const Ledger, first: u64, kind: Kind) usize {
        var found: usize = 0;
        var number = @max(first, ledger.lost());
        while (number < ledger.total) : (number += 1) {
            if (ledger.events[number % capacity].kind == kind) found += 1;
        }
        return found;
    }
};
