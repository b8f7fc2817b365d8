// SPDX-License-Identifier: Apache-2.0
//! The gate: every ring and every valve asks here before it does anything.
//!
//! Two questions, both always asked: does the caller's pledge keep the promise that
//! this kind of service belongs to, and does the caller hold a capability for this
//! very object, operation and range. A missing capability is a refusal the caller can
//! live with; a broken pledge is a lie, and whoever runs the gate must end the caller.

const std = @import("std");
const mutant = @import("mutant");
const authority_module = @import("authority.zig");
const capability = @import("capability.zig");
const ledger_module = @import("ledger.zig");
const pledge_module = @import("pledge.zig");

const Authority = authority_module.Authority;
const Bounds = capability.Bounds;
const CSpace = capability.CSpace;
const Ledger = ledger_module.Ledger;
const ObjectId = capability.ObjectId;
const Permissions = capability.Permissions;
const Pledge = pledge_module.Pledge;
const Promise = pledge_module.Promise;

/// A channel is named by the same number in rings, capabilities and the ledger.
pub const Channel = enum(u32) {
    console_input = 0x1000,
    console_output = 0x1001,
    vfs = 0x2000,
    net_receive = 0x0500,
    net_transmit = 0x0501,
    lwf_receive = 0x0600,
    lwf_transmit = 0x0601,
    block_completion = 0x0800,
    block_request = 0x0801,
    input_event = 0x0900,
    input_status = 0x0901,

    pub fn object(channel: Channel) ObjectId {
        return @fromBackingInt(@intCast(@backingInt(channel)));
    }

    /// The promise a fiber must have kept to use the channel that way.
    pub fn promise(channel: Channel, direction: Direction) Promise {
        return switch (channel) {
            .console_input, .console_output, .input_event, .input_status => .stdio,
            .net_receive, .net_transmit, .lwf_receive, .lwf_transmit => .inet,
            .vfs, .block_completion, .block_request => switch (direction) {
                .read => .rpath,
                .write => .wpath,
            },
        };
    }
};

pub const Direction = enum {
    read,
    write,

    fn permissions(direction: Direction) Permissions {
        return switch (direction) {
            .read => .{ .read = true },
            .write => .{ .write = true },
        };
    }
};

/// Who asks: the part of a fiber that decides what it may do.
pub const Subject = struct {
    id: u64,
    pledge: Pledge,
    space: CSpace,
};

pub const Pass = struct {
    channel: Channel,
    direction: Direction,
    /// Range in the channel's own unit; null for an operation that touches none.
    bounds: ?Bounds = null,
};

pub const PassError = error{ AccessDenied, PledgeViolated };

pub const Gate = struct {
    authority: *Authority,
    ledger: *Ledger,
    /// Nanoseconds since boot, for the ledger.
    clock_ns: *const fn () u64,

    /// Lets the subject through or says which of the two questions it failed.
    pub fn pass(gate: Gate, subject: *const Subject, wanted: Pass) PassError!void {
        const promise = wanted.channel.promise(wanted.direction);
        if (!subject.pledge.keeps(promise)) {
            gate.report(.policy_violation, subject, wanted);
            return error.PledgeViolated;
        }
        if (mutant.on(.gate_asks_no_capability)) return;
        const need: authority_module.Need = .{
            .kind = .channel,
            .object = wanted.channel.object(),
            .permissions = wanted.direction.permissions(),
            .bounds = wanted.bounds,
        };
        if (gate.authority.check(&subject.space, need) == null) {
            gate.report(.access_denied, subject, wanted);
            return error.AccessDenied;
        }
    }

    noinline fn report(gate: Gate, kind: ledger_module.Kind, subject: *const Subject, wanted: Pass) void {
        const bounds = wanted.bounds orelse Bounds{ .start = 0, .end = 0 };
        _ = gate.ledger.record(.{
            .kind = kind,
            .timestamp_ns = gate.clock_ns(),
            .fiber_id = subject.id,
            .entity_id = @backingInt(wanted.channel),
            .data = .{ @backingInt(wanted.direction), bounds.start, bounds.end },
        });
    }
};
