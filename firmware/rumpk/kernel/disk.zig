// SPDX-License-Identifier: Apache-2.0
//! The kernel's disk: the first virtio block device of the board, behind the Block Valve.

const hal = @import("hal");
const l1 = @import("l1");
const valves = @import("valves");
const board = @import("../board.zig").info;
const kernel = @import("kernel.zig");

const Bus = hal.virtio_mmio.Hardware;
const Transport = hal.virtio_mmio.Transport(Bus);
const Disk = hal.virtio_blk.Disk(Bus);
pub const Valve = valves.BlockValve(kernel.Kernel, Disk);

/// The largest transfer: 128 sectors.
const transfer_pages = 16;

var queue: hal.virtio_blk.Queue align(64) = undefined;
var device: Disk = undefined;
pub var valve: Valve = undefined;

/// A board without a disk is a board all the same: the valve then says so by name.
pub fn init() l1.pages.AllocateError!void {
    const transfer = try kernel.pages.allocate(.{ .page_count = transfer_pages });
    valve = .{
        .kernel = &kernel.instance,
        .backing = find(),
        .transfer = transfer.pointer([*]u8)[0 .. transfer_pages * l1.pages.page_size],
    };
}

fn find() Valve.Backing {
    var absence: valves.block.Absence = .no_device;
    for (board.virtio_mmio) |window| {
        const transport = Transport.probe(window.base) catch |why| {
            if (why == error.LegacyTransport) {
                hal.say.people("virtio-mmio at 0x{x}: legacy device refused, version 2 is needed (QEMU: -global virtio-mmio.force-legacy=false)", .{window.base});
                absence = .legacy_transport;
            }
            continue;
        };
        if (transport.device_id != hal.virtio_mmio.device_id_block) continue;
        device = Disk.init(transport, &queue) catch |why| {
            hal.say.people("virtio-blk at 0x{x}: {s}", .{ window.base, @errorName(why) });
            return .{ .absent = .device_refused };
        };
        return .{ .disk = &device };
    }
    return .{ .absent = absence };
}
