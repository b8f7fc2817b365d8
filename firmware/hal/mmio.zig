// SPDX-License-Identifier: Apache-2.0
//! Device registers. Volatile, of one stated width, and never merged: a guest's or a
//! host's device sees exactly the accesses written here.

const mmio = @This();

pub inline fn read(comptime T: type, address: u64) T {
    const register: *const volatile T = @ptrFromInt(address);
    return register.*;
}

pub inline fn write(comptime T: type, address: u64, value: T) void {
    const register: *volatile T = @ptrFromInt(address);
    register.* = value;
}

/// The bus of a driver whose registers are words, on the machine itself. A host test hands
/// the driver a fake one with the same functions (fake/register_file.zig).
pub const Words = struct {
    // Out of line: each register access carries its alignment check.
    pub noinline fn read(address: u64) u32 {
        return mmio.read(u32, address);
    }
    pub noinline fn write(address: u64, value: u32) void {
        mmio.write(u32, address, value);
    }
};
