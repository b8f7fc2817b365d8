// SPDX-License-Identifier: Apache-2.0
//! The SysTable: 240 bytes at the first byte of Rumpk's own memory, through which
//! code built apart from the kernel finds its rings and its services.
//!
//! Frozen: a field never moves and the table never grows. A null entry is a service
//! this build does not have.

const std = @import("std");
const mutant = @import("mutant");

/// "NXUS" read as a big-endian number; little-endian in memory.
pub const magic: u32 = 0x4E58_5553;

pub const size = 240;

/// What a service answers: not negative is success, negative one of these.
pub const Status = enum(i32) {
    ok = 0,
    denied = -1,
    invalid = -2,
    unavailable = -3,
    full = -4,
    widens = -5,
    device = -6,
    _,
};

pub const BlockInfo = extern struct {
    sector_size_bytes: u32,
    reserved: u32 = 0,
    sector_count: u64,
};

pub const SysTable = extern struct {
    magic: u32,
    reserved: u32,
    /// Kernel to application, application to kernel, telemetry, control, input: rings
    /// of 24-byte packets, the control ring of 32-byte ones.
    s_rx: ?*anyopaque,
    s_tx: ?*anyopaque,
    s_event: ?*anyopaque,
    s_cmd: ?*anyopaque,
    s_input: ?*anyopaque,
    fn_vfs_open: ?*const fn (path: [*:0]const u8, flags: i32) callconv(.c) i32,
    fn_vfs_read: ?*const fn (fd: i32, into: [*]u8, len: u64) callconv(.c) i64,
    fn_vfs_list: ?*const fn (into: [*]u8, len: u64) callconv(.c) i64,
    fn_vfs_write: ?*const fn (fd: i32, from: [*]const u8, len: u64) callconv(.c) i64,
    fn_vfs_close: ?*const fn (fd: i32) callconv(.c) i32,
    fn_log: ?*const fn (text: [*]const u8, len: u64) callconv(.c) Status,
    fn_yield: ?*const fn () callconv(.c) void,
    fn_sleep_ns: ?*const fn (duration_ns: u64) callconv(.c) void,
    fn_exit: ?*const fn () callconv(.c) noreturn,
    fn_pledge: ?*const fn (wanted: u64) callconv(.c) Status,
    fn_clock_ns: ?*const fn () callconv(.c) u64,
    fn_slab_take: ?*const fn () callconv(.c) ?*anyopaque,
    fn_slab_give: ?*const fn (slab: *anyopaque) callconv(.c) Status,
    fn_block_read: ?*const fn (lba: u64, count: u32, into: [*]u8) callconv(.c) Status,
    fn_block_write: ?*const fn (lba: u64, count: u32, data: [*]const u8) callconv(.c) Status,
    fn_block_info: ?*const fn (info: *BlockInfo) callconv(.c) Status,
    unassigned: [8]u64,

    comptime {
        std.debug.assert(@sizeOf(SysTable) == size);
        std.debug.assert(@offsetOf(SysTable, "s_rx") == 8);
        std.debug.assert(@offsetOf(SysTable, "s_input") == 40);
        std.debug.assert(@offsetOf(SysTable, "fn_vfs_open") == 48);
        std.debug.assert(@offsetOf(SysTable, "fn_vfs_read") == 56);
        std.debug.assert(@offsetOf(SysTable, "fn_pledge") == 120);
        std.debug.assert(@offsetOf(SysTable, "unassigned") == 176);
    }

    /// Every ring and service absent: the start of a table that a kernel fills in.
    pub fn clear(table: *SysTable) void {
        @memset(std.mem.asBytes(table), 0);
    }

    /// Marks a filled-in table as one: the magic is written last, so that whoever sees it
    /// sees the rest too.
    pub fn publish(place: *SysTable) void {
        std.debug.assert(place.magic == 0);
        @atomicStore(u32, &place.magic, if (mutant.on(.systable_wrong_magic)) 0 else magic, .release);
    }
};
