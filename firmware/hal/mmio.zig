// SPDX-License-Identifier: Apache-2.0
//! Device registers. Volatile, of one stated width, and never merged: a guest's or a
//! host's device sees exactly the accesses written here.

pub inline fn read(comptime T: type, address: u64) T {
    const register: *const volatile T = @ptrFromInt(address);
    return register.*;
}

pub inline fn write(comptime T: type, address: u64, value: T) void {
    const register: *volatile T = @ptrFromInt(address);
    register.* = value;
}
