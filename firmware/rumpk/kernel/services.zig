// SPDX-License-Identifier: Apache-2.0
//! The services and rings that the SysTable offers, and the publishing of it.

const hal = @import("hal");
const ion = @import("ion");
const l1 = @import("l1");
const valves = @import("valves");
const board = @import("../board.zig").info;
const disk = @import("disk.zig");
const kernel = @import("kernel.zig");

const BlockInfo = l1.systable.BlockInfo;
const Status = l1.systable.Status;

/// The table's place is a rule, not a number: the first bytes of Rumpk's own memory.
pub const table_address = board.rumpk_memory.address;

var rings: struct {
    rx: ion.NativeRing(ion.IonPacket),
    tx: ion.NativeRing(ion.IonPacket),
    event: ion.NativeRing(ion.IonPacket),
    input: ion.NativeRing(ion.IonPacket),
    command: ion.NativeRing(ion.CmdPacket),
} = undefined;

pub fn publish() void {
    inline for (@typeInfo(@TypeOf(rings)).@"struct".field_names) |name| @field(rings, name).clear();
    const table = at();
    table.clear();
    table.s_rx = &rings.rx;
    table.s_tx = &rings.tx;
    table.s_event = &rings.event;
    table.s_cmd = &rings.command;
    table.s_input = &rings.input;
    table.fn_log = log;
    table.fn_yield = yield;
    table.fn_sleep_ns = sleepNs;
    table.fn_exit = exit;
    table.fn_pledge = pledge;
    table.fn_clock_ns = clockNs;
    table.fn_slab_take = slabTake;
    table.fn_slab_give = slabGive;
    table.fn_block_read = blockRead;
    table.fn_block_write = blockWrite;
    table.fn_block_info = blockInfo;
    table.publish();
}

/// The published table, as whoever was built apart from the kernel reaches it.
pub fn at() *l1.SysTable {
    return @ptrFromInt(table_address);
}

fn log(text: [*]const u8, len: u64) callconv(.c) Status {
    kernel.instance.pass(.{ .channel = .console_output, .direction = .write }) catch return .denied;
    hal.say.people("{s}", .{text[0..@intCast(len)]});
    return .ok;
}

fn yield() callconv(.c) void {
    kernel.instance.yield();
}

fn sleepNs(duration_ns: u64) callconv(.c) void {
    const frequency = kernel.hardware.ticksPerSecond();
    const seconds = duration_ns / 1_000_000_000;
    const rest = (duration_ns % 1_000_000_000) * frequency / 1_000_000_000;
    kernel.instance.sleepUntil(kernel.hardware.now() +| (seconds *| frequency) +| rest);
}

fn exit() callconv(.c) noreturn {
    kernel.instance.exit();
}

fn pledge(wanted: u64) callconv(.c) Status {
    kernel.instance.pledge(@bitCast(wanted)) catch return .widens;
    return .ok;
}

fn clockNs() callconv(.c) u64 {
    return kernel.Kernel.clockNs();
}

fn slabTake() callconv(.c) ?*anyopaque {
    const id = kernel.slabs.take() orelse return null;
    return kernel.slabs.bytes(id);
}

fn slabGive(slab: *anyopaque) callconv(.c) Status {
    const offset = @intFromPtr(slab) -% @intFromPtr(kernel.slabs.memory);
    if (offset % kernel.Slabs.size != 0 or offset >= kernel.Slabs.memory_size) return .invalid;
    kernel.slabs.give(@intCast(offset / kernel.Slabs.size)) catch return .invalid;
    return .ok;
}

fn blockRead(lba: u64, count: u32, into: [*]u8) callconv(.c) Status {
    const bytes = disk.valve.block_read(lba, count) catch |why| return statusOf(why);
    @memcpy(into, bytes);
    return .ok;
}

fn blockWrite(lba: u64, count: u32, data: [*]const u8) callconv(.c) Status {
    const len = @as(usize, count) * valves.block.sector_size;
    disk.valve.block_write(lba, count, data[0..len]) catch |why| return statusOf(why);
    return .ok;
}

fn blockInfo(info: *BlockInfo) callconv(.c) Status {
    const found = disk.valve.block_info() catch |why| return statusOf(why);
    info.* = .{ .sector_size_bytes = found.sector_size_bytes, .sector_count = found.sector_count };
    return .ok;
}

fn statusOf(why: valves.block.Error) Status {
    return switch (why) {
        error.AccessDenied, error.ReadOnly => .denied,
        error.CountZero, error.CountTooLarge, error.OutOfRange, error.LengthMismatch => .invalid,
        error.NoDevice => .unavailable,
        error.DeviceFailed => .device,
    };
}
