// SPDX-License-Identifier: Apache-2.0
const std = @import("std");
const authority_module = @import("../authority.zig");
const capability = @import("../capability.zig");

const Authority = authority_module.Authority;
const CSpace = capability.CSpace;
const Permissions = capability.Permissions;
const Slot = capability.Slot;
const testing = std.testing;

const disk: capability.ObjectId = @fromBackingInt(@intCast(0x0801));
const console: capability.ObjectId = @fromBackingInt(@intCast(0x1001));
const everything: Permissions = @bitCast(@as(u8, 0xff));

fn need(object: capability.ObjectId, permissions: Permissions) authority_module.Need {
    return .{ .kind = .channel, .object = object, .permissions = permissions, .bounds = .{ .start = 0, .end = 1 } };
}

fn grantOf(object: capability.ObjectId, permissions: Permissions) authority_module.Grant {
    return .{ .kind = .channel, .object = object, .permissions = permissions, .bounds = .everything };
}

fn prepared() !Authority {
    var authority: Authority = undefined;
    authority.init();
    try authority.register(.channel, disk, .everything);
    try authority.register(.channel, console, .everything);
    return authority;
}

test "an empty space is denied everything" {
    var authority = try prepared();
    var space: CSpace = undefined;
    space.clear();
    for (1..256) |bits| {
        try testing.expectEqual(null, authority.check(&space, need(disk, @bitCast(@as(u8, @intCast(bits))))));
    }
}

test "a space that is cleared has nothing left of what it was granted" {
    var authority = try prepared();
    var space: CSpace = undefined;
    space.clear();
    _ = try authority.grant(&space, grantOf(disk, everything));
    try testing.expect(authority.check(&space, need(disk, everything)) != null);
    space.clear();
    try testing.expectEqual(null, authority.check(&space, need(disk, everything)));
}

test "for every pair of permission sets: a grant answers the needs within it" {
    for (1..256) |have| {
        var authority = try prepared();
        var space: CSpace = undefined;
        space.clear();
        _ = try authority.grant(&space, grantOf(disk, @bitCast(@as(u8, @intCast(have)))));
        for (1..256) |wanted| {
            const answered = authority.check(&space, need(disk, @bitCast(@as(u8, @intCast(wanted))))) != null;
            try testing.expectEqual(wanted & ~have == 0, answered);
            try testing.expectEqual(null, authority.check(&space, need(console, @bitCast(@as(u8, @intCast(wanted))))));
        }
    }
}

test "a share is never more than its source, and the right to revoke stays home" {
    for (1..256) |have| for (1..256) |wanted| {
        var authority = try prepared();
        var lender: CSpace = undefined;
        lender.clear();
        var borrower: CSpace = undefined;
        borrower.clear();
        const held: Permissions = @bitCast(@as(u8, @intCast(have)));
        const asked: Permissions = @bitCast(@as(u8, @intCast(wanted)));
        const slot = try authority.grant(&lender, grantOf(disk, held));
        const result = authority.delegate(&lender, slot, &borrower, .{ .permissions = asked, .bounds = .everything });
        if (!held.delegate) {
            try testing.expectError(error.NotDelegable, result);
        } else if (wanted & ~have != 0 or asked.revoke) {
            try testing.expectError(error.Widens, result);
        } else {
            const given = borrower.slots[(try result).index()];
            try testing.expectEqual(1, given.depth);
            try testing.expectEqual(asked, given.permissions);
        }
    };
}

test "bounds narrow and never widen" {
    var authority = try prepared();
    var lender: CSpace = undefined;
    lender.clear();
    var borrower: CSpace = undefined;
    borrower.clear();
    const slot = try authority.grant(&lender, .{
        .kind = .channel,
        .object = disk,
        .permissions = everything,
        .bounds = .{ .start = 2, .end = 6 },
    });
    for (0..8) |start| for (0..9) |end| {
        const inside = start >= 2 and end <= 6 and start < end;
        const result = authority.delegate(&lender, slot, &borrower, .{
            .permissions = .{ .read = true },
            .bounds = .{ .start = start, .end = end },
        });
        if (inside) _ = try result else try testing.expectError(error.Widens, result);
    };
}

test "delegation ends at the fourth hand" {
    var authority = try prepared();
    var spaces: [6]CSpace = undefined;
    for (&spaces) |*space| space.clear();
    var slot = try authority.grant(&spaces[0], grantOf(disk, everything));
    for (0..authority_module.max_depth) |hand| {
        slot = try authority.delegate(&spaces[hand], slot, &spaces[hand + 1], .{
            .permissions = .{ .read = true, .delegate = true },
            .bounds = .everything,
        });
    }
    try testing.expectError(error.TooDeep, authority.delegate(&spaces[4], slot, &spaces[5], .{
        .permissions = .{ .read = true },
        .bounds = .everything,
    }));
}

test "a revocation reaches every copy at every depth, and only that object's" {
    var authority = try prepared();
    var spaces: [4]CSpace = undefined;
    for (&spaces) |*space| space.clear();
    const root = try authority.grant(&spaces[0], grantOf(disk, everything));
    _ = try authority.grant(&spaces[3], grantOf(console, everything));
    var slot = root;
    for (0..3) |hand| {
        slot = try authority.delegate(&spaces[hand], slot, &spaces[hand + 1], .{
            .permissions = .{ .read = true, .delegate = true },
            .bounds = .everything,
        });
    }
    for (&spaces) |*space| try testing.expect(authority.check(space, need(disk, .{ .read = true })) != null);
    try testing.expectError(error.NotRevocable, authority.revoke(&spaces[3], slot));
    try authority.revoke(&spaces[0], root);
    try testing.expect(authority.check(&spaces[0], need(disk, .{ .read = true })) != null);
    for (spaces[1..]) |*space| try testing.expectEqual(null, authority.check(space, need(disk, .{ .read = true })));
    try testing.expect(authority.check(&spaces[3], need(console, .{ .read = true })) != null);
    try testing.expectError(error.DeadCapability, authority.delegate(&spaces[1], @fromBackingInt(@intCast(0)), &spaces[2], .{
        .permissions = .{ .read = true },
        .bounds = .everything,
    }));
}

test "dead authority holds no place; living authority does" {
    var authority = try prepared();
    var owner: CSpace = undefined;
    owner.clear();
    var space: CSpace = undefined;
    space.clear();
    const root = try authority.grant(&owner, grantOf(disk, everything));
    for (0..capability.slot_count) |_| _ = try authority.grant(&space, grantOf(disk, .{ .read = true }));
    try testing.expectError(error.SpaceFull, authority.grant(&space, grantOf(console, .{ .read = true })));
    try authority.revoke(&owner, root);
    for (0..capability.slot_count) |_| _ = try authority.grant(&space, grantOf(console, .{ .read = true }));
    authority.wipe(&space);
    try testing.expectEqual(null, authority.check(&space, need(console, .{ .read = true })));
    _ = try authority.grant(&space, grantOf(console, .{ .read = true }));
    try testing.expect(authority.check(&space, need(console, .{ .read = true })) != null);
}

test "what the kernel itself asks wrongly is refused by name" {
    var authority = try prepared();
    var space: CSpace = undefined;
    space.clear();
    const unknown: capability.ObjectId = @fromBackingInt(@intCast(0x7777));
    try testing.expectError(error.UnknownObject, authority.grant(&space, grantOf(unknown, everything)));
    try testing.expectError(error.NoPermissions, authority.grant(&space, grantOf(disk, .none)));
    try testing.expectError(error.AlreadyRegistered, authority.register(.channel, disk, .everything));
    try authority.register(.memory, disk, .{ .start = 0x1000, .end = 0x2000 });
    try testing.expectError(error.OutsideObject, authority.grant(&space, .{
        .kind = .memory,
        .object = disk,
        .permissions = everything,
        .bounds = .{ .start = 0x1000, .end = 0x2001 },
    }));
    try testing.expectError(error.DeadCapability, authority.revoke(&space, @fromBackingInt(@intCast(5))));
}

/// Follows each capability's line of descent explicitly: alive while its object has
/// not been flipped since it was given and its space has not been wiped since.
const Model = struct {
    const Held = struct { space: usize, slot: Slot, object: usize, alive: bool };
    held: [512]Held = undefined,
    count: usize = 0,

    fn put(model: *Model, space: usize, slot: Slot, object: usize) void {
        for (model.held[0..model.count]) |*old| {
            if (old.space == space and old.slot == slot) {
                old.* = .{ .space = space, .slot = slot, .object = object, .alive = true };
                return;
            }
        }
        model.held[model.count] = .{ .space = space, .slot = slot, .object = object, .alive = true };
        model.count += 1;
    }

    fn isAlive(model: *const Model, space: usize, slot: Slot) bool {
        for (model.held[0..model.count]) |held| {
            if (held.space == space and held.slot == slot) return held.alive;
        }
        return false;
    }
};

test "over twenty thousand random steps, exactly what should be alive is" {
    var random_state: std.Random.DefaultPrng = .init(0xcab);
    const random = random_state.random();
    const objects = [_]capability.ObjectId{ disk, console };
    var authority = try prepared();
    var spaces: [4]CSpace = undefined;
    for (&spaces) |*space| space.clear();
    var model: Model = .{};
    for (0..20_000) |_| {
        const from = random.uintLessThan(usize, spaces.len);
        const to = random.uintLessThan(usize, spaces.len);
        const slot: Slot = @fromBackingInt(@intCast(random.uintLessThan(u6, 20)));
        const which = random.uintLessThan(usize, objects.len);
        switch (random.uintLessThan(u8, 12)) {
            0...4 => if (authority.grant(&spaces[to], grantOf(objects[which], everything))) |got| {
                model.put(to, got, which);
            } else |_| {},
            5...9 => if (authority.delegate(&spaces[from], slot, &spaces[to], .{
                .permissions = .{ .read = true, .delegate = true },
                .bounds = .everything,
            })) |got| {
                try testing.expect(model.isAlive(from, slot));
                const object = authority.objects[0].id;
                model.put(to, got, if (spaces[to].slots[got.index()].object == object) 0 else 1);
            } else |_| {},
            10 => if (authority.revoke(&spaces[from], slot)) {
                const object = @intFromBool(spaces[from].slots[slot.index()].object != disk);
                for (model.held[0..model.count]) |*held| {
                    const itself = held.space == from and held.slot == slot;
                    if (held.object == object and !itself) held.alive = false;
                }
            } else |_| {},
            else => {
                authority.wipe(&spaces[from]);
                for (model.held[0..model.count]) |*held| {
                    if (held.space == from) held.alive = false;
                }
            },
        }
        for (&spaces, 0..) |*space, index| for (space.slots, 0..) |held, number| {
            const name: Slot = @fromBackingInt(@intCast(number));
            try testing.expectEqual(model.isAlive(index, name), authority.isAlive(space, held));
        };
    }
}
