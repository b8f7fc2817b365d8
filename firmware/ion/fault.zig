// SPDX-License-Identifier: Apache-2.0
//! Why a ring was closed. A ring that lied once is never trusted again in its epoch (R12).
const abi = @import("ion_abi");

pub const Reason = enum {
    /// The peer's index is further ahead than the ring has slots (R3).
    index_distance,
    /// The peer's index went back.
    index_retreat,
    /// A slot does not carry its own free-running index: replayed, torn or never written.
    sequence,
    kind,
    flags,
    reserved,
    /// Payload outside the ring's own pool, or an offset without a length.
    payload,
    /// A request reuses a tag that is still in flight.
    tag_in_flight,
    /// A completion for a tag that is not in flight.
    tag_unknown,
    /// The header's epoch is not the one this side attached to (R11).
    epoch,
    /// A handler found the content wrong, by the rules of its service.
    protocol,
};

/// The evidence: what this side expected and what the window held.
pub const Broken = struct {
    reason: Reason,
    /// This side's own private index.
    own_index: u32,
    /// The peer's index as read, where the reason is about indices.
    claim: u32 = 0,
    /// The descriptor as copied, where the reason is about one.
    descriptor: ?abi.Descriptor = null,
};
