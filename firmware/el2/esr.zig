// SPDX-License-Identifier: Apache-2.0
//! Decoding of ESR_EL2, the address registers that belong to it, and their names for
//! people (Arm ARM D19.2.37).

const std = @import("std");

pub const class_count = 64;

/// Exception class. Numbers that no row names are reserved.
pub const Class = enum(u6) {
    unknown = 0x00,
    wfx = 0x01,
    fp_access = 0x07,
    illegal_state = 0x0e,
    svc64 = 0x15,
    hvc64 = 0x16,
    smc64 = 0x17,
    sysreg = 0x18,
    sve_access = 0x19,
    instruction_abort_lower = 0x20,
    instruction_abort_same = 0x21,
    pc_alignment = 0x22,
    data_abort_lower = 0x24,
    data_abort_same = 0x25,
    sp_alignment = 0x26,
    system_error = 0x2f,
    brk64 = 0x3c,
    _,
};

pub const Syndrome = struct {
    bits: u64,

    pub fn class(self: Syndrome) Class {
        return @fromBackingInt(@intCast(@as(u6, @truncate(self.bits >> 26))));
    }

    /// Fault status code of an abort.
    pub fn fault(self: Syndrome) Fault {
        return Fault.of(@truncate(self.bits));
    }

    /// A data abort by a store (WnR).
    pub fn isWrite(self: Syndrome) bool {
        return self.bits & 1 << 6 != 0;
    }

    /// The instruction's immediate, for HVC, SMC and BRK.
    pub fn immediate(self: Syndrome) u16 {
        return @truncate(self.bits);
    }
};

/// What went wrong in an abort, and at which level of the walk.
pub const Fault = struct {
    kind: enum { address_size, translation, access_flag, permission, external, alignment, other },
    level: u2,

    fn of(status: u6) Fault {
        const level: u2 = @truncate(status);
        return .{ .level = level, .kind = switch (status) {
            0x00...0x03 => .address_size,
            0x04...0x07 => .translation,
            0x08...0x0b => .access_flag,
            0x0c...0x0f => .permission,
            0x10, 0x14...0x17 => .external,
            0x21 => .alignment,
            else => .other,
        } };
    }
};

/// A trapped MRS or MSR, as the ISS of class `sysreg` encodes it.
pub const SysregAccess = struct {
    /// Op0, Op2, Op1, CRn and CRm in their ISS places: equal for equal registers.
    key: u32,
    /// General register read or written; 31 is XZR.
    register: u5,
    is_read: bool,

    const key_mask: u32 = 0x3f_fc1e;

    pub fn of(syndrome: Syndrome) SysregAccess {
        const iss: u32 = @truncate(syndrome.bits & 0x1ff_ffff);
        return .{ .key = iss & key_mask, .register = @truncate(iss >> 5), .is_read = iss & 1 != 0 };
    }

    /// The key of S<op0>_<op1>_C<n>_C<m>_<op2>.
    pub fn keyOf(op0: u2, op1: u3, crn: u4, crm: u4, op2: u3) u32 {
        return @as(u32, op0) << 20 | @as(u32, op2) << 17 | @as(u32, op1) << 14 | @as(u32, crn) << 10 | @as(u32, crm) << 1;
    }
};

/// The one general register that a load or store of an abort moves, as the ISS of class
/// `data_abort_lower` encodes it; null when it does not (a pair, or with write-back).
pub const DataAccess = struct {
    /// 31 is XZR.
    register: u5,
    is_write: bool,

    const valid: u64 = 1 << 24;

    pub fn of(syndrome: Syndrome) ?DataAccess {
        if (syndrome.bits & valid == 0) return null;
        return .{ .register = @truncate(syndrome.bits >> 16), .is_write = syndrome.isWrite() };
    }
};

/// The intermediate physical address of a stage-2 fault. HPFAR_EL2 gives the page and is
/// defined for translation and access-flag faults only; for a permission fault the caller
/// has to walk stage 1 (AT S1E1R) to be right on silicon.
pub fn faultIpa(hpfar: u64, far: u64) u64 {
    return (hpfar & 0xfff_ffff_fff0) << 8 | (far & 0xfff);
}

pub fn className(class: Class) []const u8 {
    return std.enums.tagName(Class, class) orelse "reserved";
}

test "stage-2 faults seen on QEMU decode" {
    const store = Syndrome{ .bits = 0x93C0_804E };
    try std.testing.expectEqual(Class.data_abort_lower, store.class());
    try std.testing.expectEqual(.permission, store.fault().kind);
    try std.testing.expectEqual(2, store.fault().level);
    try std.testing.expect(store.isWrite());
    try std.testing.expectEqualStrings("hvc64", className((Syndrome{ .bits = 0x5a00_0000 }).class()));
    try std.testing.expectEqualStrings("reserved", className(@fromBackingInt(@intCast(0x3f))));
}

test "a trapped read of ACTLR_EL1 into x5" {
    const access = SysregAccess.of(.{ .bits = 0x6200_0000 | SysregAccess.keyOf(3, 0, 1, 0, 1) | 5 << 5 | 1 });
    try std.testing.expectEqual(0x32_0400, access.key);
    try std.testing.expectEqual(5, access.register);
    try std.testing.expect(access.is_read);
}

test "an aborted load into x1 and an aborted store of XZR; a pair is not described" {
    try std.testing.expectEqual(DataAccess{ .register = 1, .is_write = false }, DataAccess.of(.{ .bits = 0x9381_0006 }).?);
    try std.testing.expectEqual(DataAccess{ .register = 31, .is_write = true }, DataAccess.of(.{ .bits = 0x939f_0046 }).?);
    try std.testing.expectEqual(null, DataAccess.of(.{ .bits = 0x9200_0046 }));
}

test "an IPA is put together from page and offset" {
    try std.testing.expectEqual(0x9000_0123, faultIpa(0x90_0000, 0xffff_0000_0000_0123));
}
