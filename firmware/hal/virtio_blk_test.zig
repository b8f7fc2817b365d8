// SPDX-License-Identifier: Apache-2.0
//! The block driver against a device model that can be told to misbehave.

const std = @import("std");
const virtio_blk = @import("virtio_blk.zig");
const virtio_mmio = @import("virtio_mmio.zig");

const Disk = virtio_blk.Disk(Model);
const Transport = virtio_mmio.Transport(Model);
const testing = std.testing;

const base = 0xa00_0000;
const sectors = 16;

/// A virtio-mmio block device in a few registers. It serves its queue at the moment it
/// is notified, which is one of the orders a real device may choose.
const Model = struct {
    const Fault = enum { none, silent, wrong_id, index_jumps, io_error, unsupported, no_status, refuses_features, no_queue, stuck_reset };

    var magic: u32 = 0x7472_6976;
    var version: u32 = 2;
    var device_id: u32 = 2;
    var features: u64 = 0;
    var fault: Fault = .none;
    var status: u32 = 0;
    var select: u32 = 0;
    var driver_features: u64 = 0;
    var addresses: [3]u64 = @splat(0);
    var ready: u32 = 0;
    var ticks: u64 = 0;
    var medium: [sectors * 512]u8 = @splat(0);
    var served: usize = 0;

    fn restart() void {
        magic = 0x7472_6976;
        version = 2;
        device_id = 2;
        features = virtio_mmio.feature_version_1 | 1 << 9;
        fault = .none;
        status = 0;
        ready = 0;
        driver_features = 0;
        served = 0;
        for (&medium, 0..) |*byte, index| byte.* = @truncate(index / 512 + index);
    }

    pub fn now() u64 {
        ticks += 1;
        return ticks;
    }
    pub fn ticksPerSecond() u64 {
        return 100;
    }
    pub fn order() void {}

    pub fn read(address: u64) u32 {
        return switch (address - base) {
            0x000 => magic,
            0x004 => version,
            0x008 => device_id,
            0x010 => @truncate(features >> @intCast(32 * select)),
            0x034 => if (fault == .no_queue) 0 else 1024,
            0x044 => ready,
            0x070 => status,
            0x0fc => 7,
            0x100 => sectors,
            0x104 => 0,
            else => unreachable,
        };
    }

    pub fn write(address: u64, value: u32) void {
        switch (address - base) {
            0x014, 0x024 => select = value,
            0x020 => driver_features |= @as(u64, value) << @intCast(32 * select),
            0x030, 0x038 => {},
            0x044 => ready = value,
            0x050 => serve(),
            0x070 => writeStatus(value),
            0x080, 0x090, 0x0a0 => addresses[(address - base - 0x080) / 16] = value,
            0x084, 0x094, 0x0a4 => addresses[(address - base - 0x084) / 16] |= @as(u64, value) << 32,
            else => unreachable,
        }
    }

    fn writeStatus(value: u32) void {
        status = if (fault == .stuck_reset) 0x80 else value;
        if (fault == .refuses_features) status &= ~@as(u32, 8);
    }

    fn bytes(descriptor: u64, comptime length_check: u32) [*]u8 {
        const length: *const u32 = @ptrFromInt(addresses[0] + 16 * descriptor + 8);
        std.debug.assert(length_check == 0 or length.* == length_check);
        const address: *const u64 = @ptrFromInt(addresses[0] + 16 * descriptor);
        return @ptrFromInt(address.*);
    }

    fn serve() void {
        if (fault == .silent) return;
        const available: *const [8]u16 = @ptrFromInt(addresses[1]);
        std.debug.assert(available[0] == 1 and available[2 + (available[1] -% 1) % 4] == 0);
        const header = bytes(0, 16);
        const data = bytes(1, 0);
        const data_length: *const u32 = @ptrFromInt(addresses[0] + 16 + 8);
        const flags: *const u16 = @ptrFromInt(addresses[0] + 16 + 12);
        const reads = std.mem.readInt(u32, header[0..4], .little) == 0;
        std.debug.assert(flags.* == (if (reads) @as(u16, 3) else 1));
        const at = std.mem.readInt(u64, header[8..16], .little) * 512;
        const place = medium[@intCast(at)..][0..data_length.*];
        if (reads) @memcpy(data[0..place.len], place) else @memcpy(place, data[0..place.len]);
        answer();
    }

    fn answer() void {
        const used: *[2]u16 = @ptrFromInt(addresses[2]);
        const element: *[2]u32 = @ptrFromInt(addresses[2] + 4 + 8 * @as(u64, used[1] % 4));
        element.* = .{ if (fault == .wrong_id) 2 else 0, 1 };
        switch (fault) {
            .no_status => {},
            .io_error => bytes(2, 1)[0] = 1,
            .unsupported => bytes(2, 1)[0] = 2,
            else => bytes(2, 1)[0] = 0,
        }
        used[1] +%= if (fault == .index_jumps) 2 else 1;
        served += 1;
    }
};

var queue: virtio_blk.Queue = undefined;

fn bringUp() !Disk {
    return Disk.init(try Transport.probe(base), &queue);
}

test "probing tells a device from none, from a legacy one and from something else" {
    Model.restart();
    _ = try Transport.probe(base);
    Model.version = 1;
    try testing.expectError(error.LegacyTransport, Transport.probe(base));
    Model.version = 3;
    try testing.expectError(error.NotVirtio, Transport.probe(base));
    Model.device_id = 0;
    try testing.expectError(error.NoDevice, Transport.probe(base));
    Model.magic = 0;
    try testing.expectError(error.NotVirtio, Transport.probe(base));
}

test "only what is needed is negotiated, and the capacity is read" {
    Model.restart();
    const disk = try bringUp();
    try testing.expectEqual(virtio_mmio.feature_version_1, Model.driver_features);
    try testing.expectEqual(0x0f, Model.status);
    try testing.expectEqual(sectors, disk.sector_count);
    try testing.expect(!disk.read_only);
    Model.restart();
    Model.features |= 1 << 5;
    try testing.expect((try bringUp()).read_only);
}

test "what was written is read back, for every sector and length, past the ring's wrap" {
    Model.restart();
    var disk = try bringUp();
    var sent: [4 * 512]u8 = undefined;
    var got: [4 * 512]u8 = undefined;
    for (0..sectors) |sector| for (1..5) |count| {
        if (sector + count > sectors) continue;
        for (sent[0 .. count * 512], 0..) |*byte, index| byte.* = @truncate(index *% 31 +% sector *% 7 +% count);
        try disk.write(sector, sent[0 .. count * 512]);
        try testing.expectEqualSlices(u8, sent[0 .. count * 512], Model.medium[sector * 512 ..][0 .. count * 512]);
        try disk.read(sector, got[0 .. count * 512]);
        try testing.expectEqualSlices(u8, sent[0 .. count * 512], got[0 .. count * 512]);
    };
    try testing.expect(Model.served > 8);
}

test "the indices wrap at sixteen bits" {
    Model.restart();
    var disk = try bringUp();
    queue.available.index = 0xfffe;
    queue.used.index = 0xfffe;
    var data: [512]u8 = undefined;
    for (0..4) |_| try disk.read(0, &data);
    try testing.expectEqual(2, queue.used.index);
}

test "a device that does not come up is refused by name and marked failed" {
    const cases = [_]struct { Model.Fault, anyerror }{
        .{ .refuses_features, error.FeaturesRefused },
        .{ .no_queue, error.QueueUnavailable },
        .{ .stuck_reset, error.ResetTimeout },
    };
    for (cases) |case| {
        Model.restart();
        Model.fault = case[0];
        try testing.expectError(case[1], bringUp());
        try testing.expect(Model.status & 0x80 != 0);
    }
    Model.restart();
    Model.features = 0;
    try testing.expectError(error.FeaturesRefused, bringUp());
    Model.restart();
    Model.device_id = 1;
    try testing.expectError(error.NotBlock, bringUp());
}

test "an honest refusal leaves the device usable, a lie ends it" {
    const cases = [_]struct { Model.Fault, anyerror, bool }{
        .{ .io_error, error.DeviceFailed, false },
        .{ .unsupported, error.Unsupported, false },
        .{ .silent, error.Timeout, true },
        .{ .wrong_id, error.ProtocolViolated, true },
        .{ .index_jumps, error.ProtocolViolated, true },
        .{ .no_status, error.ProtocolViolated, true },
    };
    var data: [512]u8 = undefined;
    for (cases) |case| {
        Model.restart();
        var disk = try bringUp();
        Model.fault = case[0];
        try testing.expectError(case[1], disk.read(0, &data));
        Model.fault = .none;
        try testing.expectEqual(case[2], disk.broken);
        const again = disk.read(0, &data);
        if (case[2]) try testing.expectError(error.DeviceFailed, again) else try again;
    }
}
