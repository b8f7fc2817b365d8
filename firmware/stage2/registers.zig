// SPDX-License-Identifier: Apache-2.0
//! The two registers that switch stage-2 on, as values (Arm ARM D19.2.165 VTCR_EL2, D19.2.166 VTTBR_EL2).
const std = @import("std");
const assert = std.debug.assert;
const address = @import("address.zig");
const plan = @import("plan.zig");
const Pa = address.Pa;

pub const Vmid = enum(u8) {
    _,

    /// 0 is the VMID of a machine without stage-2 and never a cell's.
    pub fn from(value: u8) error{InvalidVmid}!Vmid {
        if (value == 0) return error.InvalidVmid;
        return @fromBackingInt(value);
    }

    pub fn raw(vmid: Vmid) u8 {
        return @backingInt(vmid);
    }
};

const Vtcr = packed struct(u64) {
    t0sz: u6 = 64 - plan.ipa_bits,
    /// Start at level 1.
    sl0: u2 = 1,
    /// Walks are Normal Write-Back Read- and Write-Allocate, Inner Shareable.
    irgn0: u2 = 1,
    orgn0: u2 = 1,
    sh0: u2 = 3,
    /// 4 KiB granule.
    tg0: u2 = 0,
    ps: u3,
    /// 8-bit VMIDs.
    vs: u1 = 0,
    reserved_20: u11 = 0,
    res1_31: u1 = 1,
    reserved_32: u32 = 0,
};

/// Physical address bits of an ID_AA64MMFR0_EL1.PARange value, by D19.2.64.
pub fn paBits(pa_range: u4) ?u6 {
    const bits = [_]u6{ 32, 36, 40, 42, 44, 48, 52 };
    if (pa_range >= bits.len) return null;
    return bits[pa_range];
}

/// VTCR_EL2 for a 39-bit IPA space. PS is capped at 48 bits, as 52 need another descriptor format.
/// PARange 0 and 1 (32 and 36 bits) implement fewer physical bits than T0SZ = 25 may use.
pub fn vtcr(pa_range: u4) error{UnsupportedPaRange}!u64 {
    const bits = paBits(pa_range) orelse return error.UnsupportedPaRange;
    if (bits < 40) return error.UnsupportedPaRange;
    const value: Vtcr = .{ .ps = @intCast(@min(pa_range, 5)) };
    assert(@as(u64, @bitCast(value)) & 0x3f == 25);
    return @bitCast(value);
}

/// VTTBR_EL2 for a 4 KiB aligned root.
pub fn vttbr(vmid: Vmid, root: Pa) u64 {
    assert(root.isAligned(address.page_size));
    assert(root.raw() < 1 << 48 and vmid.raw() != 0);
    return @as(u64, vmid.raw()) << 48 | root.raw();
}

comptime {
    // Cortex-A57: PARange 4, 44 bits.
    assert((vtcr(4) catch unreachable) == 0x8004_3559);
    assert((vtcr(2) catch unreachable) == 0x8002_3559);
}
