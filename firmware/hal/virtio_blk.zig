// SPDX-License-Identifier: Apache-2.0
//! virtio block device (virtio 1.2 §5.2): one queue, one request in flight, polled.
//!
//! The flush feature is not negotiated, which makes the device write through (§5.2.6.2):
//! a write that returned is on the medium. What the device writes into shared memory is
//! checked before use; a device that lies is given up, never believed.

const std = @import("std");
const virtio_mmio = @import("virtio_mmio.zig");

pub const sector_size = 512;

pub const InitError = error{ NotBlock, FeaturesRefused, QueueUnavailable, ResetTimeout };
pub const RequestError = error{ DeviceFailed, Unsupported, Timeout, ProtocolViolated };

const feature_read_only: u64 = 1 << 5;
const config_capacity = 0;
const queue_index = 0;
const queue_size = 4;
const timeout_seconds = 2;

const Descriptor = extern struct {
    address: u64,
    length: u32,
    flags: u16,
    next: u16,

    const flag_next: u16 = 1;
    const flag_device_writes: u16 = 2;
};

const Available = extern struct {
    flags: u16,
    index: u16,
    ring: [queue_size]u16,
    used_event: u16,

    const flag_no_interrupt: u16 = 1;
};

const UsedElement = extern struct { id: u32, length: u32 };

const Used = extern struct {
    flags: u16,
    index: u16,
    ring: [queue_size]UsedElement,
    available_event: u16,
};

const Header = extern struct {
    kind: Kind,
    reserved: u32,
    sector: u64,
};

pub const Kind = enum(u32) { read = 0, write = 1 };

const RequestStatus = struct {
    const ok: u8 = 0;
    const unsupported: u8 = 2;
    /// Never a device's answer: what the byte holds until the device has written it.
    const unanswered: u8 = 0xff;
};

/// Memory the device and the driver share. Physical addresses are pointer values:
/// Rumpk maps its memory one to one.
pub const Queue = struct {
    descriptors: [queue_size]Descriptor align(16),
    available: Available align(2),
    used: Used align(4),
    header: Header,
    status: u8,
};

pub fn Disk(comptime Bus: type) type {
    return struct {
        const Self = @This();
        const Transport = virtio_mmio.Transport(Bus);

        transport: Transport,
        queue: *Queue,
        sector_count: u64,
        read_only: bool,
        /// Set when the device broke the protocol or stopped answering. It may still own
        /// the queue's memory, so nothing is ever asked of it again.
        broken: bool,

        /// Brings the device up (§3.1.1). `queue` stays the device's until a reset.
        pub noinline fn init(transport: Transport, queue: *Queue) InitError!Self {
            if (transport.device_id != virtio_mmio.device_id_block) return error.NotBlock;
            try reset(transport);
            var status: virtio_mmio.Status = .{ .acknowledge = true, .driver = true };
            transport.setStatus(status);
            const offered = transport.deviceFeatures();
            if (offered & virtio_mmio.feature_version_1 == 0) return giveUp(transport, error.FeaturesRefused);
            transport.setDriverFeatures(virtio_mmio.feature_version_1 | (offered & feature_read_only));
            status.features_ok = true;
            transport.setStatus(status);
            if (!transport.getStatus().features_ok) return giveUp(transport, error.FeaturesRefused);

            @memset(std.mem.asBytes(queue), 0);
            queue.available.flags = Available.flag_no_interrupt;
            transport.setQueue(queue_index, queue_size, .{
                .descriptors = @intFromPtr(&queue.descriptors),
                .available = @intFromPtr(&queue.available),
                .used = @intFromPtr(&queue.used),
            }) catch |unavailable| return giveUp(transport, unavailable);
            status.driver_ok = true;
            transport.setStatus(status);
            return .{
                .transport = transport,
                .queue = queue,
                .sector_count = transport.configU64(config_capacity),
                .read_only = offered & feature_read_only != 0,
                .broken = false,
            };
        }

        pub fn read(self: *Self, sector: u64, into: []u8) RequestError!void {
            return self.request(.read, sector, into);
        }

        pub fn write(self: *Self, sector: u64, from: []const u8) RequestError!void {
            // The device only reads it: the descriptor says so.
            return self.request(.write, sector, @constCast(from));
        }

        fn request(self: *Self, kind: Kind, sector: u64, data: []u8) RequestError!void {
            std.debug.assert(data.len > 0 and data.len % sector_size == 0);
            if (self.broken) return error.DeviceFailed;
            self.exchange(kind, sector, data) catch |failure| {
                self.broken = failure == error.Timeout or failure == error.ProtocolViolated;
                return failure;
            };
        }

        fn exchange(self: *Self, kind: Kind, sector: u64, data: []u8) RequestError!void {
            const queue = self.queue;
            queue.header = .{ .kind = kind, .reserved = 0, .sector = sector };
            @as(*volatile u8, &queue.status).* = RequestStatus.unanswered;
            self.describe(kind, data);
            const answered = usedIndex(queue);
            queue.available.ring[queue.available.index % queue_size] = 0;
            // The device may look before it is notified: all of the request comes first.
            Bus.order();
            const next = queue.available.index +% 1;
            @as(*volatile u16, &queue.available.index).* = next;
            self.transport.notify(queue_index);
            try self.awaitAnswer(answered);
            return switch (@as(*volatile u8, &queue.status).*) {
                RequestStatus.ok => {},
                RequestStatus.unsupported => error.Unsupported,
                RequestStatus.unanswered => error.ProtocolViolated,
                else => error.DeviceFailed,
            };
        }

        /// Header, data, status byte: descriptors 0, 1, 2 (§5.2.6).
        fn describe(self: *Self, kind: Kind, data: []u8) void {
            const device_writes: u16 = if (kind == .read) Descriptor.flag_device_writes else 0;
            self.queue.descriptors[0] = .{
                .address = @intFromPtr(&self.queue.header),
                .length = @sizeOf(Header),
                .flags = Descriptor.flag_next,
                .next = 1,
            };
            self.queue.descriptors[1] = .{
                .address = @intFromPtr(data.ptr),
                .length = @intCast(data.len),
                .flags = Descriptor.flag_next | device_writes,
                .next = 2,
            };
            self.queue.descriptors[2] = .{
                .address = @intFromPtr(&self.queue.status),
                .length = 1,
                .flags = Descriptor.flag_device_writes,
                .next = 0,
            };
        }

        fn awaitAnswer(self: *Self, answered: u16) RequestError!void {
            const give_up_at = Bus.now() + timeout_seconds * Bus.ticksPerSecond();
            while (usedIndex(self.queue) == answered) {
                if (Bus.now() >= give_up_at) return error.Timeout;
            }
            // What the device wrote before its index is read after it, here and by the caller.
            Bus.order();
            const id = @as(*volatile u32, &self.queue.used.ring[answered % queue_size].id).*;
            if (usedIndex(self.queue) != answered +% 1 or id != 0) return error.ProtocolViolated;
        }

        fn usedIndex(queue: *Queue) u16 {
            return @as(*volatile u16, &queue.used.index).*;
        }

        fn reset(transport: Transport) InitError!void {
            transport.setStatus(.{});
            const give_up_at = Bus.now() + timeout_seconds * Bus.ticksPerSecond();
            while (@as(u32, @bitCast(transport.getStatus())) != 0) {
                if (Bus.now() >= give_up_at) return error.ResetTimeout;
            }
        }

        fn giveUp(transport: Transport, why: InitError) InitError {
            transport.setStatus(.{ .failed = true });
            return why;
        }
    };
}

test {
    _ = @import("virtio_blk_test.zig");
}
