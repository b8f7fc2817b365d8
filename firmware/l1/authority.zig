// SPDX-License-Identifier: Apache-2.0
//! Grant, delegate, revoke, check: the only code that writes or judges a capability.
//!
//! One revocation clock dates everything. A capability carries the reading it was
//! given at; an object and a space each carry the reading before which authority is
//! dead. So revocation is one store, reaches every copy at any depth, and needs no
//! list of who delegated to whom.

const std = @import("std");
const mutant = @import("mutant");
const capability = @import("capability.zig");

const Bounds = capability.Bounds;
const Capability = capability.Capability;
const CSpace = capability.CSpace;
const Kind = capability.Kind;
const ObjectId = capability.ObjectId;
const Permissions = capability.Permissions;
const Slot = capability.Slot;

pub const max_objects = 32;

/// Authority decays with distance: nobody beyond the fourth hand gets any.
pub const max_depth = 4;

pub const RegisterError = error{ TooManyObjects, AlreadyRegistered };
pub const GrantError = error{ UnknownObject, NoPermissions, OutsideObject, SpaceFull };
pub const DelegateError = error{ DeadCapability, NotDelegable, TooDeep, Widens, SpaceFull };
pub const RevokeError = error{ DeadCapability, NotRevocable };

pub const Object = struct {
    kind: Kind,
    id: ObjectId,
    extent: Bounds,
    /// Authority over the object given before this reading is dead.
    valid_from: u32,
};

pub const Grant = struct {
    kind: Kind,
    object: ObjectId,
    permissions: Permissions,
    bounds: Bounds,
};

pub const Share = struct {
    permissions: Permissions,
    bounds: Bounds,
};

/// What an operation needs its caller to hold.
pub const Need = struct {
    kind: Kind,
    object: ObjectId,
    permissions: Permissions,
    /// The range the operation touches; null when it touches none (asking for a size).
    bounds: ?Bounds,
};

pub const Authority = struct {
    objects: [max_objects]Object,
    object_count: usize,
    /// Readings start at one, so that a zeroed slot is dead in every space.
    clock: u32,

    pub fn init(authority: *Authority) void {
        authority.object_count = 0;
        authority.clock = 1;
    }

    /// Makes an object known; authority can be granted within `extent` only.
    pub noinline fn register(authority: *Authority, kind: Kind, id: ObjectId, extent: Bounds) RegisterError!void {
        std.debug.assert(kind != .null);
        if (authority.find(kind, id) != null) return error.AlreadyRegistered;
        if (authority.object_count == max_objects) return error.TooManyObjects;
        authority.objects[authority.object_count] = .{
            .kind = kind,
            .id = id,
            .extent = extent,
            .valid_from = authority.clock,
        };
        authority.object_count += 1;
    }

    /// The kernel's own grant, at depth zero.
    pub fn grant(authority: *Authority, space: *CSpace, wanted: Grant) GrantError!Slot {
        const index = authority.find(wanted.kind, wanted.object) orelse return error.UnknownObject;
        if (wanted.permissions == Permissions.none) return error.NoPermissions;
        if (!authority.objects[index].extent.contains(wanted.bounds)) return error.OutsideObject;
        return authority.place(space, .{
            .kind = wanted.kind,
            .permissions = wanted.permissions,
            .depth = 0,
            .epoch = authority.clock,
            .object = wanted.object,
            .bounds = wanted.bounds,
        });
    }

    /// Passes part of a held capability on. The right to revoke never travels: it
    /// would let the borrower take the lender's authority away.
    pub fn delegate(
        authority: *Authority,
        from: *const CSpace,
        slot: Slot,
        to: *CSpace,
        share: Share,
    ) DelegateError!Slot {
        const held = from.slots[slot.index()];
        if (!authority.isAlive(from, held)) return error.DeadCapability;
        if (!held.permissions.delegate) return error.NotDelegable;
        if (held.depth == max_depth) return error.TooDeep;
        const passable = held.permissions.without(.{ .revoke = true });
        if (share.permissions == Permissions.none) return error.Widens;
        if (!passable.contains(share.permissions)) return error.Widens;
        if (!held.bounds.contains(share.bounds)) return error.Widens;
        return authority.place(to, .{
            .kind = held.kind,
            .permissions = share.permissions,
            .depth = held.depth + 1,
            // Today's date: the borrower's space may have been wiped after the lender's
            // grant, and a later flip of the object ends both alike.
            .epoch = authority.clock,
            .object = held.object,
            .bounds = share.bounds,
        });
    }

    /// Ends every authority over the slot's object except this one.
    pub fn revoke(authority: *Authority, space: *CSpace, slot: Slot) RevokeError!void {
        const held = &space.slots[slot.index()];
        if (!authority.isAlive(space, held.*)) return error.DeadCapability;
        if (!held.permissions.revoke) return error.NotRevocable;
        if (mutant.on(.revoke_keeps_epoch)) return;
        authority.clock += 1;
        const index = authority.find(held.kind, held.object).?;
        authority.objects[index].valid_from = authority.clock;
        held.epoch = authority.clock;
    }

    /// Ends everything a space holds, as when its fiber is gone.
    pub fn wipe(authority: *Authority, space: *CSpace) void {
        authority.clock += 1;
        space.epoch = authority.clock;
    }

    /// The slot that answers the need, or null: the need is denied.
    pub noinline fn check(authority: *const Authority, space: *const CSpace, need: Need) ?Slot {
        std.debug.assert(need.permissions != Permissions.none);
        for (&space.slots, 0..) |held, index| {
            if (held.kind != need.kind or held.object != need.object) continue;
            if (!held.permissions.contains(need.permissions)) continue;
            if (need.bounds) |bounds| if (!held.bounds.contains(bounds)) continue;
            if (authority.isAlive(space, held)) return @fromBackingInt(@intCast(index));
        }
        return null;
    }

    // Out of line, as are the kernel's other small shared parts: inlined and unrolled
    // into every loop over slots they would double the kernel.
    pub noinline fn isAlive(authority: *const Authority, space: *const CSpace, held: Capability) bool {
        if (held.kind == .null or held.epoch < space.epoch) return false;
        const index = authority.find(held.kind, held.object) orelse return false;
        return held.epoch >= authority.objects[index].valid_from;
    }

    noinline fn find(authority: *const Authority, kind: Kind, id: ObjectId) ?usize {
        for (authority.objects[0..authority.object_count], 0..) |object, index| {
            if (object.kind == kind and object.id == id) return index;
        }
        return null;
    }

    /// The first slot that is empty or dead; dead authority holds no place.
    noinline fn place(authority: *const Authority, space: *CSpace, new: Capability) error{SpaceFull}!Slot {
        for (&space.slots, 0..) |*held, index| {
            if (authority.isAlive(space, held.*)) continue;
            held.* = new;
            return @fromBackingInt(@intCast(index));
        }
        return error.SpaceFull;
    }
};
