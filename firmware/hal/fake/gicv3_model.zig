// SPDX-License-Identifier: Apache-2.0
//! A GICv3 of one core for host tests: distributor and redistributor as Arm IHI 0069
//! chapters 9 and 12 have them, and as `Core` the CPU interface in system registers.

const std = @import("std");
const lines = @import("interrupt_lines.zig");
const core = @import("core.zig");

pub const distributor: u64 = 0x0800_0000;
pub const redistributor: u64 = 0x080a_0000;
const sgi_frame = redistributor + 0x1_0000;

pub var control: u32 = 0;
/// GICR_WAKER.ProcessorSleep, and how many looks at ChildrenAsleep until they are awake.
pub var asleep: bool = true;
pub var looks_until_awake: usize = 0;

pub fn reset() void {
    lines.reset();
    core.reset();
    control = 0;
    asleep = true;
    looks_until_awake = 2;
}

pub fn read(comptime T: type, address: u64) T {
    std.debug.assert(T == u32);
    return switch (address) {
        distributor + 0x000 => control,
        distributor + 0x004 => lines.count / 32 - 1,
        redistributor + 0x014 => waker(),
        else => std.debug.panic("read of 0x{x}", .{address}),
    };
}

fn waker() u32 {
    const sleeping: u32 = if (asleep) 1 << 1 else 0;
    if (asleep or looks_until_awake > 0) {
        if (!asleep) looks_until_awake -= 1;
        return sleeping | 1 << 2;
    }
    return sleeping;
}

pub fn write(comptime T: type, address: u64, value: T) void {
    if (address == redistributor + 0x014) {
        asleep = value & 1 << 1 != 0;
        return;
    }
    // SGIs and PPIs are the redistributor's, whatever stands in the distributor's place.
    const private = address >= sgi_frame;
    const offset = address - if (private) sgi_frame else distributor;
    if (T == u8) {
        const intid = offset - 0x400;
        std.debug.assert(private == (intid < 32));
        lines.lines[intid].priority = value;
        return;
    }
    std.debug.assert(T == u32 and offset % 4 == 0);
    if (offset == 0x000) {
        control = value;
        return;
    }
    const first = offset % 0x80 / 4 * 32;
    std.debug.assert(private == (first < 32));
    switch (offset) {
        0x080...0x0fc => {
            lines.writeBits(.group1, first, ~value, false);
            lines.writeBits(.group1, first, value, true);
        },
        0x100...0x17c => lines.writeBits(.enabled, first, value, true),
        0x180...0x1fc => lines.writeBits(.enabled, first, value, false),
        0x200...0x27c => lines.writeBits(.pending, first, value, true),
        0x280...0x2fc => lines.writeBits(.pending, first, value, false),
        0x380...0x3fc => lines.writeBits(.active, first, value, false),
        else => std.debug.panic("write of 0x{x}", .{address}),
    }
}

/// The core of a machine with this controller.
pub const Core = struct {
    pub const isb = core.isb;
    pub const dsbSy = core.dsbSy;

    pub fn read(comptime name: []const u8) u64 {
        if (!comptime std.mem.eql(u8, name, "icc_iar1_el1")) return core.read(name);
        const on = control & 1 << 1 != 0 and core.get("icc_igrpen1_el1") == 1;
        if (!on) return lines.spurious;
        return lines.take(@truncate(core.get("icc_pmr_el1")));
    }

    pub fn write(comptime name: []const u8, value: u64) void {
        // Without ICC_SRE_EL2.SRE the interface is not in the system registers.
        const is_enable = comptime std.mem.eql(u8, name, "icc_sre_el2");
        std.debug.assert(is_enable or core.get("icc_sre_el2") & 1 == 1);
        core.write(name, value);
        if (comptime std.mem.eql(u8, name, "icc_eoir1_el1")) lines.finish(@intCast(value));
        if (comptime std.mem.eql(u8, name, "icc_sgi1r_el1")) {
            std.debug.assert(value & 0xffff == @as(u64, 1) << @truncate(core.get("mpidr_el1") & 0xf));
            lines.lines[value >> 24 & 0xf].pending = true;
        }
    }
};
