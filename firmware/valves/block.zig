// SPDX-License-Identifier: Apache-2.0
//! The Block Valve: sectors in, sectors out, and how many there are. It knows no files,
//! no sessions and no ioctls.
//!
//! Its three operations keep their published names, which are not this language's style.

const std = @import("std");
const l1 = @import("l1");
const mutant = @import("mutant");

pub const sector_size = 512;

/// Why a valve has no device to work with.
pub const Absence = enum {
    no_device,
    /// A block device answers with the legacy register layout, which is not spoken here.
    legacy_transport,
    /// The device was found and would not come up.
    device_refused,
};

pub const Error = error{
    AccessDenied,
    NoDevice,
    /// A request for nothing is a mistake of the caller.
    CountZero,
    /// More sectors than one transfer holds.
    CountTooLarge,
    /// The range leaves the device.
    OutOfRange,
    /// The data is not `count` sectors long.
    LengthMismatch,
    ReadOnly,
    DeviceFailed,
};

pub const Info = struct {
    sector_size_bytes: u32,
    sector_count: u64,
    read_only: bool,
};

/// `Kernel` has `pass(l1.gate.Pass) error{AccessDenied}!void`; `Disk` has `read(sector,
/// bytes)`, `write(sector, bytes)`, `sector_count` and `read_only`.
pub fn BlockValve(comptime Kernel: type, comptime Disk: type) type {
    return struct {
        const Self = @This();

        pub const Backing = union(enum) { disk: *Disk, absent: Absence };

        kernel: *Kernel,
        backing: Backing,
        /// Where reads land; its length is the largest transfer.
        transfer: []u8,

        /// The sectors' bytes, lent until the caller's next valve call or yield.
        pub fn block_read(self: *Self, lba: u64, count: u32) Error![]const u8 {
            const disk = try self.admit(.read, lba, count);
            const bytes = self.transfer[0 .. @as(usize, count) * sector_size];
            disk.read(lba, bytes) catch return error.DeviceFailed;
            return bytes;
        }

        /// Returns once the sectors are on the medium.
        pub fn block_write(self: *Self, lba: u64, count: u32, data: []const u8) Error!void {
            const disk = try self.admit(.write, lba, count);
            if (data.len != @as(usize, count) * sector_size) return error.LengthMismatch;
            if (disk.read_only) return error.ReadOnly;
            const at = if (mutant.on(.block_write_one_off)) lba + 1 else lba;
            disk.write(at, data) catch return error.DeviceFailed;
        }

        pub fn block_info(self: *Self) Error!Info {
            try self.kernel.pass(.{ .channel = .block_request, .direction = .read });
            const disk = try self.device();
            return .{
                .sector_size_bytes = sector_size,
                .sector_count = disk.sector_count,
                .read_only = disk.read_only,
            };
        }

        /// Authority comes first: whoever may not ask learns nothing about the device.
        fn admit(self: *Self, direction: l1.gate.Direction, lba: u64, count: u32) Error!*Disk {
            if (count == 0) return error.CountZero;
            const end = std.math.add(u64, lba, count) catch return error.OutOfRange;
            try self.kernel.pass(.{
                .channel = .block_request,
                .direction = direction,
                .bounds = .{ .start = lba, .end = end },
            });
            const disk = try self.device();
            if (end > disk.sector_count) return error.OutOfRange;
            if (count > self.transfer.len / sector_size) return error.CountTooLarge;
            return disk;
        }

        fn device(self: *Self) error{NoDevice}!*Disk {
            return switch (self.backing) {
                .disk => |disk| disk,
                .absent => error.NoDevice,
            };
        }
    };
}
