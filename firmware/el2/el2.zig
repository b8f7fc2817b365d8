// SPDX-License-Identifier: Apache-2.0
//! EL2: the virtual CPU, the register policy, syndromes and hypercalls. The stub that
//! switches worlds is its own image (stub.zig); the kernel sees it through `Stub`.

const std = @import("std");

pub const esr = @import("esr.zig");
pub const guest = @import("guest.zig");
pub const policy = @import("policy.zig");
pub const psci = @import("psci.zig");
pub const smccc = @import("smccc.zig");
pub const vcpu = @import("vcpu.zig");
pub const Ending = guest.Ending;
pub const ExitVector = vcpu.ExitVector;
pub const Guest = guest.Guest;
pub const Stub = @import("world.zig").Stub;
pub const Vcpu = vcpu.Vcpu;

test {
    std.testing.refAllDecls(@This());
}
