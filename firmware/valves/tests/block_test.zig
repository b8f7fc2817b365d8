// SPDX-License-Identifier: Apache-2.0
const std = @import("std");
const l1 = @import("l1");
const block = @import("../block.zig");

const testing = std.testing;
const Valve = block.BlockValve(Guard, RamDisk);

const sectors = 8;
const transfer_sectors = 3;

/// Stands in for the kernel: lets the set range and direction through and remembers
/// whether it was asked.
const Guard = struct {
    allowed: ?struct { direction: l1.gate.Direction, bounds: l1.capability.Bounds } = null,
    asked: usize = 0,

    pub fn pass(guard: *Guard, wanted: l1.gate.Pass) error{AccessDenied}!void {
        std.debug.assert(wanted.channel == .block_request);
        guard.asked += 1;
        const allowed = guard.allowed orelse return error.AccessDenied;
        if (allowed.direction != wanted.direction) return error.AccessDenied;
        if (wanted.bounds) |bounds| if (!allowed.bounds.contains(bounds)) return error.AccessDenied;
    }
};

const RamDisk = struct {
    medium: [sectors * 512]u8 = @splat(0),
    sector_count: u64 = sectors,
    read_only: bool = false,
    fails: bool = false,
    touched: usize = 0,

    pub fn read(disk: *RamDisk, sector: u64, into: []u8) error{Broken}!void {
        disk.touched += 1;
        if (disk.fails) return error.Broken;
        @memcpy(into, disk.medium[@intCast(sector * 512)..][0..into.len]);
    }

    pub fn write(disk: *RamDisk, sector: u64, from: []const u8) error{Broken}!void {
        disk.touched += 1;
        if (disk.fails) return error.Broken;
        @memcpy(disk.medium[@intCast(sector * 512)..][0..from.len], from);
    }
};

var transfer: [transfer_sectors * 512]u8 = undefined;
const payload: [sectors * 512]u8 = blk: {
    @setEvalBranchQuota(10_000);
    var bytes: [sectors * 512]u8 = undefined;
    for (&bytes, 0..) |*byte, index| byte.* = @truncate(index * 13 + index / 512);
    break :blk bytes;
};

test "exactly three operations" {
    var operations: usize = 0;
    inline for (@typeInfo(Valve).@"struct".decl_names) |name| {
        if (comptime std.mem.startsWith(u8, name, "block_")) operations += 1;
    }
    try testing.expectEqual(3, operations);
}

test "for every range: what the capability, the device and the transfer allow, in that order" {
    const held: l1.capability.Bounds = .{ .start = 1, .end = sectors + 2 };
    for (0..sectors + 4) |lba| for (0..sectors + 4) |count| {
        var guard: Guard = .{ .allowed = .{ .direction = .read, .bounds = held } };
        var disk: RamDisk = .{ .medium = payload };
        var valve: Valve = .{ .kernel = &guard, .backing = .{ .disk = &disk }, .transfer = &transfer };
        const result = valve.block_read(lba, @intCast(count));
        const expected: ?block.Error =
            if (count == 0) error.CountZero else if (lba < 1 or lba + count > sectors + 2) error.AccessDenied else if (lba + count > sectors) error.OutOfRange else if (count > transfer_sectors) error.CountTooLarge else null;
        if (expected) |failure| {
            try testing.expectError(failure, result);
            try testing.expectEqual(0, disk.touched);
        } else try testing.expectEqualSlices(u8, payload[lba * 512 ..][0 .. count * 512], try result);
    };
}

test "writes land where they should and nowhere else" {
    for (0..sectors) |lba| for (1..transfer_sectors + 1) |count| {
        if (lba + count > sectors) continue;
        var guard: Guard = .{ .allowed = .{ .direction = .write, .bounds = .everything } };
        var disk: RamDisk = .{};
        var valve: Valve = .{ .kernel = &guard, .backing = .{ .disk = &disk }, .transfer = &transfer };
        try valve.block_write(lba, @intCast(count), payload[0 .. count * 512]);
        var expected: [sectors * 512]u8 = @splat(0);
        @memcpy(expected[lba * 512 ..][0 .. count * 512], payload[0 .. count * 512]);
        try testing.expectEqualSlices(u8, &expected, &disk.medium);
    };
}

test "each way to be refused has its name" {
    var guard: Guard = .{ .allowed = .{ .direction = .write, .bounds = .everything } };
    var disk: RamDisk = .{};
    var valve: Valve = .{ .kernel = &guard, .backing = .{ .disk = &disk }, .transfer = &transfer };
    try testing.expectError(error.AccessDenied, valve.block_info());
    try testing.expectError(error.AccessDenied, valve.block_read(0, 1));
    try testing.expectError(error.OutOfRange, valve.block_write(std.math.maxInt(u64), 1, payload[0..512]));
    try testing.expectError(error.LengthMismatch, valve.block_write(0, 2, payload[0..512]));
    disk.fails = true;
    try testing.expectError(error.DeviceFailed, valve.block_write(0, 1, payload[0..512]));
    disk.read_only = true;
    try testing.expectError(error.ReadOnly, valve.block_write(0, 1, payload[0..512]));
    valve.backing = .{ .absent = .no_device };
    try testing.expectError(error.NoDevice, valve.block_write(0, 1, payload[0..512]));
    guard.allowed = null;
    try testing.expectError(error.AccessDenied, valve.block_write(0, 1, payload[0..512]));
}

test "a read that the device fails gives no bytes" {
    var guard: Guard = .{ .allowed = .{ .direction = .read, .bounds = .everything } };
    var disk: RamDisk = .{ .fails = true };
    var valve: Valve = .{ .kernel = &guard, .backing = .{ .disk = &disk }, .transfer = &transfer };
    try testing.expectError(error.DeviceFailed, valve.block_read(0, 1));
}

test "info tells the geometry, to those who may read" {
    var guard: Guard = .{ .allowed = .{ .direction = .read, .bounds = .{ .start = 5, .end = 6 } } };
    var disk: RamDisk = .{};
    var valve: Valve = .{ .kernel = &guard, .backing = .{ .disk = &disk }, .transfer = &transfer };
    const info = try valve.block_info();
    try testing.expectEqual(block.Info{ .sector_size_bytes = 512, .sector_count = sectors, .read_only = false }, info);
}
