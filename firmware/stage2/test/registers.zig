// SPDX-License-Identifier: Apache-2.0
//! Register values as numbers, from the architecture's field tables.
const std = @import("std");
const stage2 = @import("stage2");
const expectEqual = std.testing.expectEqual;
const expectError = std.testing.expectError;

test "VTCR_EL2 for every PARange" {
    // RES1 bit 31, SH0 = 3, ORGN0 = IRGN0 = 1, SL0 = 1, T0SZ = 25.
    const common = 0x8000_3559;
    const expected = [_]?u64{ null, null, common | 2 << 16, common | 3 << 16, common | 4 << 16, common | 5 << 16, common | 5 << 16 };
    for (0..16) |pa_range| {
        const value = if (pa_range < expected.len) expected[pa_range] else null;
        if (value) |right| {
            try expectEqual(right, try stage2.vtcr(@intCast(pa_range)));
        } else {
            try expectError(error.UnsupportedPaRange, stage2.vtcr(@intCast(pa_range)));
        }
    }
}

test "PARange in bits" {
    const bits = [_]?u6{ 32, 36, 40, 42, 44, 48, 52, null };
    for (bits, 0..) |expected, pa_range| try expectEqual(expected, stage2.registers.paBits(@intCast(pa_range)));
}

test "VTTBR_EL2 has the VMID on top and the root below" {
    const root = stage2.Pa.from(0x4123_4000);
    try expectEqual(0x0001_0000_4123_4000, stage2.vttbr(try stage2.Vmid.from(1), root));
    try expectEqual(0x00ff_0000_4123_4000, stage2.vttbr(try stage2.Vmid.from(255), root));
    try expectError(error.InvalidVmid, stage2.Vmid.from(0));
}
