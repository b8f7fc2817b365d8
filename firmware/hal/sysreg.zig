// SPDX-License-Identifier: Apache-2.0
//! System registers by their architectural names (or S<op0>_<op1>_<Cn>_<Cm>_<op2>).

pub inline fn read(comptime name: []const u8) u64 {
    return asm volatile ("mrs %[value], " ++ name
        : [value] "=r" (-> u64),
    );
}

/// The memory clobber keeps the write in order with the loads and stores it governs.
pub inline fn write(comptime name: []const u8, value: u64) void {
    asm volatile ("msr " ++ name ++ ", %[value]"
        :
        : [value] "r" (value),
        : .{ .memory = true });
}
