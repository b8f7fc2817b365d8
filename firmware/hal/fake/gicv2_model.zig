// SPDX-License-Identifier: Apache-2.0
//! A GICv2 of one core for host tests: registers as Arm IHI 0048B chapter 4 has them. An
//! access that the architecture does not allow, by its width or its place, is a mistake.

const std = @import("std");
const lines = @import("interrupt_lines.zig");

pub const distributor: u64 = 0x0800_0000;
pub const cpu_interface: u64 = 0x0801_0000;
/// The core that a software-generated interrupt comes from, as an acknowledge shows it.
pub const sender = 3;

pub var distributor_on: bool = false;
pub var interface_on: bool = false;
pub var mask: u8 = 0;

pub fn reset() void {
    lines.reset();
    distributor_on = false;
    interface_on = false;
    mask = 0;
}

pub fn read(comptime T: type, address: u64) T {
    std.debug.assert(T == u32);
    return switch (address) {
        distributor + 0x000 => @intFromBool(distributor_on),
        distributor + 0x004 => lines.count / 32 - 1,
        cpu_interface + 0x00c => acknowledge(),
        else => std.debug.panic("read of 0x{x}", .{address}),
    };
}

fn acknowledge() u32 {
    if (!distributor_on or !interface_on) return lines.spurious;
    const intid = lines.take(mask);
    return if (intid < 16) @as(u32, sender) << 10 | intid else intid;
}

pub fn write(comptime T: type, address: u64, value: T) void {
    if (address >= cpu_interface) return writeInterface(address - cpu_interface, value);
    const offset = address - distributor;
    if (T == u8) return writeByte(offset, value);
    std.debug.assert(T == u32 and offset % 4 == 0);
    const first = offset % 0x80 / 4 * 32;
    switch (offset) {
        0x000 => distributor_on = value == 1,
        0x100...0x17c => lines.writeBits(.enabled, first, value, true),
        0x180...0x1fc => lines.writeBits(.enabled, first, value, false),
        0x200...0x27c => lines.writeBits(.pending, first, value, true),
        0x280...0x2fc => lines.writeBits(.pending, first, value, false),
        0x380...0x3fc => lines.writeBits(.active, first, value, false),
        0xf00 => {
            // TargetListFilter 2: the core that asks.
            std.debug.assert(value >> 24 == 2 and value & 0x00ff_fff0 == 0);
            lines.lines[value & 0xf].pending = true;
        },
        else => std.debug.panic("write of 0x{x}", .{address}),
    }
}

fn writeByte(offset: u64, value: u8) void {
    switch (offset) {
        0x400...0x7f8 => lines.lines[offset - 0x400].priority = value,
        // The targets of private interrupts are read-only.
        0x820...0xbf8 => lines.lines[offset - 0x800].target = value,
        else => std.debug.panic("write of a byte at 0x{x}", .{offset}),
    }
}

fn writeInterface(offset: u64, value: u32) void {
    switch (offset) {
        0x000 => interface_on = value == 1,
        0x004 => mask = @intCast(value),
        0x010 => {
            const intid = value & 0x3ff;
            std.debug.assert(intid >= 16 or value >> 10 == sender);
            lines.finish(intid);
        },
        else => std.debug.panic("write of 0x{x} of the CPU interface", .{offset}),
    }
}
