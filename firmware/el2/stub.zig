// SPDX-License-Identifier: Apache-2.0
//! Root of the EL2 stub: a separately linked, stateless image. Vectors and world switch
//! are assembly; hypercalls that need no kernel are answered here.

const std = @import("std");
const board = @import("stub_board.zig");
const smccc = @import("smccc.zig");
const vcpu_layout = @import("vcpu.zig");
const Vcpu = vcpu_layout.Vcpu;

/// The linker script places the image here (the board's stub address).
const link_address = std.fmt.comptimePrint(
    \\.global stub_base
    \\.set stub_base, {d}
    \\
, .{board.stub_address});

comptime {
    asm (link_address ++ vcpu_layout.assembly_offsets ++ @embedFile("world_switch.S"));
}

/// Answers a hypercall in place. 1 when done: the guest's results are in `vcpu.guest.x`.
export fn stub_fast_call(vcpu: *Vcpu) callconv(.c) u32 {
    // SMCCC wants the immediate 0; any other is the kernel's to refuse.
    if (callImmediate() != 0) return 0;
    if (!smccc.answer(&vcpu.guest.x, vcpu.identity.psci_version)) return 0;
    vcpu.counters.fast_calls +%= 1;
    return 1;
}

fn callImmediate() u16 {
    const syndrome = asm volatile ("mrs %[value], esr_el2"
        : [value] "=r" (-> u64),
    );
    return @truncate(syndrome);
}

/// A safety check that fails here traps to the kernel's report through the stub's vectors.
pub const panic = std.debug.no_panic;
