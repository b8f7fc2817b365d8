// SPDX-License-Identifier: Apache-2.0
//! SMC calling convention and PSCI as a cell sees them (Arm DEN 0028, DEN 0022): function
//! ids, results, and the calls that need no kernel. Pure: shared by the stub, the kernel
//! and the host tests.

const std = @import("std");
const ion_abi = @import("ion_abi");

pub const Function = struct {
    pub const smccc_version: u32 = 0x8000_0000;
    pub const arch_features: u32 = 0x8000_0001;
    pub const psci_version: u32 = 0x8400_0000;
    pub const cpu_suspend_32: u32 = 0x8400_0001;
    pub const cpu_off: u32 = 0x8400_0002;
    pub const cpu_on_32: u32 = 0x8400_0003;
    pub const affinity_info_32: u32 = 0x8400_0004;
    pub const migrate_info_type: u32 = 0x8400_0006;
    pub const system_off: u32 = 0x8400_0008;
    pub const system_reset: u32 = 0x8400_0009;
    pub const psci_features: u32 = 0x8400_000a;
    pub const system_reset2_32: u32 = 0x8400_0012;
    pub const cpu_suspend_64: u32 = 0xc400_0001;
    pub const cpu_on_64: u32 = 0xc400_0003;
    pub const affinity_info_64: u32 = 0xc400_0004;
    pub const system_reset2_64: u32 = 0xc400_0012;
};

pub const Result = struct {
    pub const success: i64 = 0;
    pub const not_supported: i64 = -1;
    pub const invalid_parameters: i64 = -2;
    pub const denied: i64 = -3;
    pub const already_on: i64 = -4;
    pub const invalid_address: i64 = -9;
};

pub const smccc_version_1_2: i64 = 0x0001_0002;
/// No trusted OS needs migration (DEN 0022 5.8).
pub const migration_not_required: i64 = 2;

/// Bit 30 of a function id: the 64-bit convention. In the 32-bit one the upper halves of
/// the argument registers carry nothing (DEN 0028 3.1).
pub fn is64(function: u32) bool {
    return function & 1 << 30 != 0;
}

pub fn argument(function: u32, register: u64) u64 {
    return if (is64(function)) register else register & 0xffff_ffff;
}

/// Every PSCI function a cell may call; PSCI_FEATURES answers from this list.
const psci_functions = [_]u32{
    Function.psci_version,     Function.cpu_suspend_32,   Function.cpu_suspend_64,
    Function.cpu_off,          Function.cpu_on_32,        Function.cpu_on_64,
    Function.affinity_info_32, Function.affinity_info_64, Function.migrate_info_type,
    Function.system_off,       Function.system_reset,     Function.psci_features,
    Function.system_reset2_32, Function.system_reset2_64,
        // Linux asks for SMCCC_VERSION here before it dares any SMCCC call (its psci.c).
    Function.smccc_version,
};

fn psciFeatures(queried: u32) i64 {
    for (psci_functions) |function| if (function == queried) return 0;
    return Result.not_supported;
}

/// Workarounds and TRNG: none. The cell then assumes what its own CPU errata table says.
fn archFeatures(queried: u32) i64 {
    return switch (queried) {
        Function.smccc_version, Function.arch_features => 0,
        else => Result.not_supported,
    };
}

/// Writes the answer of a call that needs no kernel into `x`; false for any other call.
pub fn answer(x: *[31]u64, psci_version: u64) bool {
    const queried: u32 = @truncate(x[1]);
    const result: i64 = switch (@as(u32, @truncate(x[0]))) {
        Function.smccc_version => smccc_version_1_2,
        Function.arch_features => archFeatures(queried),
        Function.psci_version => @bitCast(psci_version),
        Function.psci_features => psciFeatures(queried),
        Function.migrate_info_type => migration_not_required,
        ion_abi.hypercall.vendor_uid => {
            for (ion_abi.vendor_uid_words, 0..) |word, i| x[i] = word;
            return true;
        },
        ion_abi.hypercall.vendor_features => offered_calls,
        else => return false,
    };
    x[0] = @bitCast(result);
    return true;
}

const offered_calls: i64 = ion_abi.call_feature.doorbell | ion_abi.call_feature.attach;

fn ask(function: u32, first: u64) ?i64 {
    var x: [31]u64 = @splat(0);
    x[0] = function;
    x[1] = first;
    return if (answer(&x, 0x1_0001)) @bitCast(x[0]) else null;
}

test "what Linux asks first lets its modules call" {
    try std.testing.expectEqual(0x1_0001, ask(Function.psci_version, 0));
    try std.testing.expectEqual(0, ask(Function.psci_features, Function.smccc_version));
    try std.testing.expect(ask(Function.smccc_version, 0).? >= 0x1_0001);
}

test "features: offered calls 0, the rest -1, with the upper half ignored" {
    for (psci_functions) |function|
        try std.testing.expectEqual(0, ask(Function.psci_features, 0xdead_0000_0000_0000 | @as(u64, function)));
    try std.testing.expectEqual(-1, ask(Function.psci_features, 0x8400_0005));
    try std.testing.expectEqual(-1, ask(Function.arch_features, 0x8000_8000));
}

test "calls that change something are left to the kernel" {
    for ([_]u32{ Function.system_off, Function.cpu_on_64, 0x8600_0001, 0 }) |function|
        try std.testing.expectEqual(null, ask(function, 0));
}

test "the vendor's UID fills w0 to w3" {
    var x: [31]u64 = @splat(0xffff_ffff_ffff_ffff);
    x[0] = ion_abi.hypercall.vendor_uid;
    try std.testing.expect(answer(&x, 0));
    for (ion_abi.vendor_uid_words, 0..) |word, i| try std.testing.expectEqual(word, x[i]);
}
