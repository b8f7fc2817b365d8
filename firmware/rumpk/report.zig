// SPDX-License-Identifier: Apache-2.0
//! The diagnostic report of a trap nobody can handle: one record for proofs, and every
//! register for people, whether Rumpk faulted or a cell did.

const std = @import("std");
const el2 = @import("el2");
const hal = @import("hal");
const Frame = @import("trap.zig").Frame;
const say = hal.say;

const origins = [4][]const u8{ "el2", "el2-nested", "el1", "el1-aarch32" };
const kinds = [4][]const u8{ "synchronous", "irq", "fiq", "serror" };

pub fn ofKernel(frame: *const Frame) void {
    say.discard();
    const vector: usize = @intCast(frame.vector & 15);
    print(.{
        .origin = origins[vector / 4],
        .kind = kinds[vector % 4],
        .esr = frame.esr,
        .elr = frame.elr,
        .spsr = frame.spsr,
        .far = frame.far,
        .hpfar = frame.hpfar,
        .sp = frame.sp,
        .x = &frame.x,
    });
}

pub fn ofCell(vcpu: *const el2.Vcpu) void {
    print(.{
        .origin = "cell",
        .kind = kinds[@intCast(vcpu.exit.vector & 3)],
        .esr = vcpu.exit.esr,
        .elr = vcpu.guest.elr,
        .spsr = vcpu.guest.spsr,
        .far = vcpu.exit.far,
        .hpfar = vcpu.exit.hpfar,
        .sp = guestStack(vcpu),
        .x = &vcpu.guest.x,
    });
    printEl1();
}

const Registers = struct {
    origin: []const u8,
    kind: []const u8,
    esr: u64,
    elr: u64,
    spsr: u64,
    far: u64,
    hpfar: u64,
    sp: u64,
    x: *const [31]u64,
};

fn print(registers: Registers) void {
    const syndrome = el2.esr.Syndrome{ .bits = registers.esr };
    say.record("trap").word("origin", registers.origin).word("kind", registers.kind)
        .word("class", el2.esr.className(syndrome.class())).hex("esr", registers.esr)
        .hex("elr", registers.elr).hex("spsr", registers.spsr).hex("far", registers.far)
        .hex("hpfar", registers.hpfar).end();
    explainAbort(syndrome, registers);
    for (0..15) |pair| sayPair(2 * pair, registers.x);
    say.people("x30 {x16}  sp {x16}", .{ registers.x[30], registers.sp });
}

noinline fn sayPair(first: u64, x: *const [31]u64) void {
    say.people("x{d} {x16}  x{d} {x16}", .{ first, x[first], first + 1, x[first + 1] });
}

/// For aborts: what was tried, where, and which rule of the tables refused it.
fn explainAbort(syndrome: el2.esr.Syndrome, registers: Registers) void {
    switch (syndrome.class()) {
        .data_abort_lower, .instruction_abort_lower => {},
        .data_abort_same, .instruction_abort_same => return say.people("{s} fault, level {d}, at 0x{x}", .{
            @tagName(syndrome.fault().kind), syndrome.fault().level, registers.far,
        }),
        else => return,
    }
    const fault = syndrome.fault();
    say.people("stage-2 {s} fault, level {d}: {s} of guest-physical 0x{x}", .{
        @tagName(fault.kind),
        fault.level,
        if (syndrome.class() == .instruction_abort_lower) "fetch" else if (syndrome.isWrite()) "write" else "read",
        el2.esr.faultIpa(registers.hpfar, registers.far),
    });
}

fn guestStack(vcpu: *const el2.Vcpu) u64 {
    const uses_sp_el1 = vcpu.guest.spsr & 1 != 0;
    return if (uses_sp_el1) hal.sysreg.read("sp_el1") else vcpu.guest.sp_el0;
}

/// EL1's own registers, still in the core: what a crashed guest was doing.
fn printEl1() void {
    inline for (.{ "sctlr_el1", "vbar_el1", "ttbr0_el1", "ttbr1_el1", "elr_el1", "esr_el1", "far_el1", "spsr_el1" }) |name| {
        say.people(name ++ " {x16}", .{hal.sysreg.read(name)});
    }
}
