// SPDX-License-Identifier: Apache-2.0
//! virtio over MMIO, the modern register layout (virtio 1.2 §4.2.2). Legacy devices are
//! told apart and refused: their layout differs and nothing here needs them.

const std = @import("std");
const barrier = @import("barrier.zig");
const mmio = @import("mmio.zig");
const timer = @import("timer.zig").On(@import("core.zig"));

/// What a driver reaches a device through on the machine itself. A host test hands the
/// driver a device model with the same functions instead.
pub const Hardware = struct {
    pub const read = mmio.Words.read;
    pub const write = mmio.Words.write;
    /// Orders memory the device shares with us against its registers.
    pub fn order() void {
        barrier.dsbSy();
    }
    pub fn now() u64 {
        return timer.now();
    }
    pub fn ticksPerSecond() u64 {
        return timer.frequency();
    }
};

pub const device_id_none: u32 = 0;
pub const device_id_block: u32 = 2;

pub const ProbeError = error{ NotVirtio, NoDevice, LegacyTransport };

pub const Status = packed struct(u32) {
    acknowledge: bool = false,
    driver: bool = false,
    driver_ok: bool = false,
    features_ok: bool = false,
    unused_4: u2 = 0,
    needs_reset: bool = false,
    failed: bool = false,
    unused_8: u24 = 0,
};

/// Set by every modern device, demanded of every modern driver (§6.1).
pub const feature_version_1: u64 = 1 << 32;

pub const QueueAddresses = struct {
    descriptors: u64,
    available: u64,
    used: u64,
};

const Register = struct {
    const magic: u64 = 0x000;
    const version: u64 = 0x004;
    const device_id: u64 = 0x008;
    const device_features: u64 = 0x010;
    const device_features_select: u64 = 0x014;
    const driver_features: u64 = 0x020;
    const driver_features_select: u64 = 0x024;
    const queue_select: u64 = 0x030;
    const queue_size_max: u64 = 0x034;
    const queue_size: u64 = 0x038;
    const queue_ready: u64 = 0x044;
    const queue_notify: u64 = 0x050;
    const status: u64 = 0x070;
    const queue_descriptors: u64 = 0x080;
    const queue_available: u64 = 0x090;
    const queue_used: u64 = 0x0a0;
    const config_generation: u64 = 0x0fc;
    const config: u64 = 0x100;
};

/// "virt", little-endian.
const magic_value: u32 = 0x7472_6976;
const modern_version: u32 = 2;
const legacy_version: u32 = 1;

pub fn Transport(comptime Bus: type) type {
    return struct {
        const Self = @This();

        base: u64,
        device_id: u32,

        /// Looks at one MMIO window. A window without a device behind it is normal: a
        /// machine has more windows than devices.
        pub fn probe(base: u64) ProbeError!Self {
            if (Bus.read(base + Register.magic) != magic_value) return error.NotVirtio;
            const device_id = Bus.read(base + Register.device_id);
            if (device_id == device_id_none) return error.NoDevice;
            return switch (Bus.read(base + Register.version)) {
                modern_version => .{ .base = base, .device_id = device_id },
                legacy_version => error.LegacyTransport,
                else => error.NotVirtio,
            };
        }

        pub fn setStatus(self: Self, status: Status) void {
            Bus.write(self.base + Register.status, @bitCast(status));
        }

        pub fn getStatus(self: Self) Status {
            return @bitCast(Bus.read(self.base + Register.status));
        }

        pub fn deviceFeatures(self: Self) u64 {
            var features: u64 = 0;
            for (0..2) |half| {
                Bus.write(self.base + Register.device_features_select, @intCast(half));
                const bits: u64 = Bus.read(self.base + Register.device_features);
                features |= bits << @intCast(32 * half);
            }
            return features;
        }

        pub fn setDriverFeatures(self: Self, features: u64) void {
            for (0..2) |half| {
                Bus.write(self.base + Register.driver_features_select, @intCast(half));
                const bits: u32 = @truncate(features >> @intCast(32 * half));
                Bus.write(self.base + Register.driver_features, bits);
            }
        }

        /// Hands a queue to the device. Error QueueUnavailable when the device has no
        /// such queue, one already in use, or none that large.
        pub fn setQueue(self: Self, index: u32, size: u32, at: QueueAddresses) error{QueueUnavailable}!void {
            Bus.write(self.base + Register.queue_select, index);
            if (Bus.read(self.base + Register.queue_ready) != 0) return error.QueueUnavailable;
            if (Bus.read(self.base + Register.queue_size_max) < size) return error.QueueUnavailable;
            Bus.write(self.base + Register.queue_size, size);
            self.writeAddress(Register.queue_descriptors, at.descriptors);
            self.writeAddress(Register.queue_available, at.available);
            self.writeAddress(Register.queue_used, at.used);
            Bus.order();
            Bus.write(self.base + Register.queue_ready, 1);
        }

        pub fn notify(self: Self, queue_index: u32) void {
            Bus.order();
            Bus.write(self.base + Register.queue_notify, queue_index);
        }

        /// A 64-bit field of the device's own configuration, read until the device did
        /// not change it between the two halves (§2.5.4).
        pub fn configU64(self: Self, offset: u64) u64 {
            const at = self.base + Register.config + offset;
            while (true) {
                const generation = Bus.read(self.base + Register.config_generation);
                const low: u64 = Bus.read(at);
                const high: u64 = Bus.read(at + 4);
                if (Bus.read(self.base + Register.config_generation) == generation) return high << 32 | low;
            }
        }

        fn writeAddress(self: Self, register: u64, address: u64) void {
            Bus.write(self.base + register, @truncate(address));
            Bus.write(self.base + register + 4, @truncate(address >> 32));
        }
    };
}

comptime {
    std.debug.assert(@as(u32, @bitCast(Status{ .failed = true })) == 128);
}
