// SPDX-License-Identifier: Apache-2.0
//! The one L1 kernel of this machine, and the order in which it comes up.

const std = @import("std");
const ion = @import("ion");
const l1 = @import("l1");
const board = @import("../board.zig").info;
const memory = @import("../memory.zig");
const disk = @import("disk.zig");
const services = @import("services.zig");

pub const hardware = @import("hardware.zig");
pub const Kernel = l1.Kernel(hardware);

/// Buffers that packets name: 2 MiB in slabs that hold an Ethernet frame each.
pub const Slabs = ion.SlabPool(1024, 2048);

comptime {
    // One number for one channel, on either side of the window.
    for (std.enums.values(ion.abi.Channel)) |channel| {
        std.debug.assert(@backingInt(@field(l1.Channel, @tagName(channel))) == @backingInt(channel));
    }
}

const page_count_max = board.rumpk_memory.size / l1.pages.page_size;

pub var pages: l1.Pages = undefined;
pub var ledger: l1.Ledger = undefined;
pub var authority: l1.Authority = undefined;
pub var instance: Kernel = undefined;
pub var slabs: Slabs = undefined;

var page_bitmap: [l1.Pages.bitmapWords(page_count_max)]u64 = @splat(0);

pub const StartError = l1.pages.AllocateError || l1.authority.RegisterError;

/// Pages, fibers, authority, rings and slabs, disk, SysTable: each needs what is before it.
pub fn start() StartError!void {
    const free = memory.free();
    pages = .init(&page_bitmap, @fromBackingInt(@intCast(free.address)), @intCast(free.size / l1.pages.page_size));
    ledger.init();
    authority.init();
    instance.init(&pages, &ledger, &authority);
    hardware.init();
    for (channels) |channel| try authority.register(.channel, channel.object(), .everything);
    slabs.reset(try slabMemory());
    try disk.init();
    services.publish();
}

const channels = [_]l1.Channel{ .console_input, .console_output, .net_receive, .net_transmit, .block_request };

fn slabMemory() l1.pages.AllocateError!*align(64) [Slabs.memory_size]u8 {
    const base = try pages.allocate(.{ .page_count = Slabs.memory_size / l1.pages.page_size });
    return base.pointer(*align(64) [Slabs.memory_size]u8);
}
