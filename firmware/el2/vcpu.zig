// SPDX-License-Identifier: Apache-2.0
//! State of one virtual CPU, shared by the kernel and the stub. The stub has no memory of
//! its own: everything it writes is reached through the pointer to this structure, which
//! TPIDR_EL2 holds while a guest runs.

const std = @import("std");

/// Which of the four lower-EL vectors ended a run of the guest (Arm ARM D1.3.3).
pub const ExitVector = enum(u64) {
    synchronous = 0,
    irq = 1,
    fiq = 2,
    system_error = 3,

    /// Whether the syndrome tells what the guest did, and it may be continued after. In direct
    /// mode no interrupt is routed to EL2: one that arrives says as little as an SError.
    pub fn isAnswerable(self: ExitVector) bool {
        return self == .synchronous;
    }
};

/// Guest registers that an exit to the kernel saves and an entry restores. EL1's own
/// system registers stay in the core: nothing at EL2 uses them.
pub const Guest = extern struct {
    x: [31]u64 = @splat(0),
    sp_el0: u64 = 0,
    elr: u64 = 0,
    spsr: u64 = 0,
};

/// What the last exit was about, as the syndrome registers had it.
pub const Exit = extern struct {
    vector: u64 = 0,
    esr: u64 = 0,
    far: u64 = 0,
    hpfar: u64 = 0,
};

/// The kernel's side of a world switch; only the stub writes it, save `fault_handler`.
pub const Host = extern struct {
    x19_to_x30: [12]u64 = @splat(0),
    sp_el0: u64 = 0,
    sp_el2: u64 = 0,
    vbar: u64 = 0,
    tpidr: u64 = 0,
    hcr: u64 = 0,
    daif: u64 = 0,
    /// Where an exception inside the stub goes: the kernel's fault report.
    fault_handler: u64 = 0,
};

/// Answers that differ from cell to cell; read by the fast hypercalls.
pub const Identity = extern struct {
    /// MPIDR affinity of this virtual CPU, as VMPIDR_EL2 shows it.
    affinity: u64 = 0,
    /// Version word PSCI_VERSION returns.
    psci_version: u64 = 0x0001_0001,
};

pub const Counters = extern struct {
    fast_calls: u64 = 0,
    hvc: u64 = 0,
    smc: u64 = 0,
    sysreg: u64 = 0,
    abort: u64 = 0,
    other: u64 = 0,
};

pub const Vcpu = extern struct {
    /// SP_EL2 points at `guest.x` while the guest runs; a fault in the few instructions
    /// around a switch pushes two registers, and they must land in this structure.
    fault_scratch: [2]u64 = @splat(0),
    guest: Guest = .{},
    exit: Exit = .{},
    host: Host = .{},
    /// HCR_EL2 while the guest runs; the kernel runs without traps.
    hcr: u64 = 0,
    identity: Identity = .{},
    counters: Counters = .{},
};

/// Bumped with every change of `Vcpu` or of the header: kernel and stub are built apart.
pub const stub_abi_version: u32 = 1;
pub const stub_magic: u32 = 0x324c_4558; // "XEL2"
/// The header stands right behind the 2 KiB of vectors.
pub const stub_header_offset: u64 = 0x800;
pub const stub_size_max: u64 = 8192;

pub const StubHeader = extern struct {
    magic: u32,
    abi_version: u32,
    vcpu_size: u32,
    vectors_offset: u32,
    enter_offset: u32,
    image_size: u32,
};

/// Offsets for the assembly, made from the structure itself so that they cannot drift.
pub const assembly_offsets = std.fmt.comptimePrint(
    \\.set VCPU_GUEST, {d}
    \\.set VCPU_EXIT, {d}
    \\.set VCPU_HOST_X19, {d}
    \\.set VCPU_HOST_SP_EL0, {d}
    \\.set VCPU_HOST_SP_EL2, {d}
    \\.set VCPU_HOST_VBAR, {d}
    \\.set VCPU_HOST_TPIDR, {d}
    \\.set VCPU_HOST_HCR, {d}
    \\.set VCPU_HOST_DAIF, {d}
    \\.set VCPU_HOST_FAULT, {d}
    \\.set VCPU_HCR, {d}
    \\.set VCPU_SIZE, {d}
    \\.set GUEST_SP_EL0, {d}
    \\.set GUEST_ELR, {d}
    \\.set STUB_MAGIC, {d}
    \\.set STUB_ABI_VERSION, {d}
    \\
, .{
    @offsetOf(Vcpu, "guest"),
    @offsetOf(Vcpu, "exit"),
    @offsetOf(Vcpu, "host") + @offsetOf(Host, "x19_to_x30"),
    @offsetOf(Vcpu, "host") + @offsetOf(Host, "sp_el0"),
    @offsetOf(Vcpu, "host") + @offsetOf(Host, "sp_el2"),
    @offsetOf(Vcpu, "host") + @offsetOf(Host, "vbar"),
    @offsetOf(Vcpu, "host") + @offsetOf(Host, "tpidr"),
    @offsetOf(Vcpu, "host") + @offsetOf(Host, "hcr"),
    @offsetOf(Vcpu, "host") + @offsetOf(Host, "daif"),
    @offsetOf(Vcpu, "host") + @offsetOf(Host, "fault_handler"),
    @offsetOf(Vcpu, "hcr"),
    @sizeOf(Vcpu),
    @offsetOf(Guest, "sp_el0"),
    @offsetOf(Guest, "elr"),
    stub_magic,
    stub_abi_version,
});

comptime {
    // The assembly stores pairs: x0 at a 16-byte boundary, ELR right before SPSR, and the
    // exit's four words in order.
    std.debug.assert(@offsetOf(Vcpu, "guest") == 16);
    std.debug.assert(@offsetOf(Guest, "spsr") == @offsetOf(Guest, "elr") + 8);
    std.debug.assert(@sizeOf(Exit) == 32);
}

test "an exit by a vector other than the synchronous one is never answered" {
    for (std.enums.values(ExitVector)) |vector|
        try std.testing.expectEqual(@backingInt(vector) == 0, vector.isAnswerable());
}
