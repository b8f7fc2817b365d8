// SPDX-License-Identifier: Apache-2.0
//! Checks 1 to 4: the core as Rumpk set it up.

const std = @import("std");
const hal = @import("hal");
const mutant = @import("mutant");
const board = @import("../board.zig").info;
const entry = @import("../entry.zig");
const trap = @import("../trap.zig");
const Facts = @import("facts.zig").Facts;
const Failure = @import("facts.zig").Failure;

extern const __bss_start: u8;

/// Never written by an honest boot: what it holds is what the entry code left in .bss.
var bss_probe: [512]u64 = @splat(0);

pub fn exceptionLevel(facts: *Facts) Failure!void {
    const current = hal.sysreg.read("currentel");
    const level = if (mutant.on(.exception_level_misread)) current >> 3 else current >> 2;
    const stack_select = hal.sysreg.read("spsel");
    facts.dec("el", level);
    facts.hex("currentel", current);
    facts.dec("spsel", stack_select);
    try facts.require(level == 2, "exception level 2");
    // EL2-only registers answer: at EL1 this read would be an undefined instruction.
    facts.hex("hcr", hal.sysreg.read("hcr_el2"));
    try facts.require(stack_select == 0, "SP_EL0 as the kernel's stack");
}

pub fn stackAndBss(facts: *Facts) Failure!void {
    const stack = stackPointer();
    const bottom = entry.addressOf("__stack_bottom");
    const top = entry.addressOf("__stack_top");
    facts.hex("sp", stack);
    facts.hex("stack_bottom", bottom);
    facts.hex("stack_top", top);
    try facts.require(stack > bottom and stack <= top and stack % 16 == 0, "an aligned SP inside the boot stack");
    const guarded = isFault(translate("s1e2r", entry.addressOf("__stack_guard")));
    facts.word("guard", if (guarded) "unmapped" else "mapped");
    try facts.require(guarded, "an unmapped page below the stack");

    const probe: *volatile [512]u64 = &bss_probe;
    if (mutant.on(.bss_left_dirty)) probe[17] = 1;
    var dirty: u64 = 0;
    for (0..probe.len) |index| dirty += @intFromBool(probe[index] != 0);
    facts.hex("bss_start", @intFromPtr(&__bss_start));
    facts.hex("bss_end", entry.addressOf("__bss_end"));
    facts.hex("bss_probe", @intFromPtr(&bss_probe));
    facts.dec("bss_dirty", dirty);
    try facts.require(dirty == 0, "zeroes in .bss");
}

/// ESR_EL2 of `brk #breakpoint_immediate`: class 0x3c, 32-bit instruction.
const breakpoint_immediate = 0x5ec;
const breakpoint_syndrome: u64 = 0x3c << 26 | 1 << 25 | breakpoint_immediate;

/// Class 0x25, a read, translation fault at level 3. The other fields describe the access
/// for whoever emulates it, and are valid or not as the implementation likes.
const abort_syndrome: u64 = 0x25 << 26 | 0x07;
const abort_syndrome_mask: u64 = 0x3f << 26 | 1 << 6 | 0x3f;

pub fn vectors(facts: *Facts) Failure!void {
    trap.expect(.{ .class = .brk64, .resume_offset = if (mutant.on(.vectors_resume_late)) 8 else 4 });
    const breakpoint = raiseBreakpoint();
    const caught = trap.taken() orelse return facts.require(false, "the BRK to reach the vectors");
    facts.hex("brk_esr", caught.esr);
    facts.hex("brk_elr", caught.elr);
    facts.dec("resumed", breakpoint.resumed);
    try facts.require(caught.esr == breakpoint_syndrome, "the syndrome of BRK #0x5ec");
    try facts.require(caught.elr == breakpoint.at, "ELR at the BRK");
    try facts.require(breakpoint.resumed == 1, "to resume right behind the BRK");

    const guard = entry.addressOf("__stack_guard");
    trap.expect(.{ .class = .data_abort_same });
    const load_at = loadFrom(guard);
    const abort = trap.taken() orelse return facts.require(false, "a load from the guard page to fault");
    facts.hex("abort_esr", abort.esr);
    facts.hex("abort_far", abort.far);
    try facts.require(abort.esr & abort_syndrome_mask == abort_syndrome, "a level 3 translation fault on a read");
    try facts.require(abort.far == guard and abort.elr == load_at, "FAR and ELR of the faulting load");
}

const sctlr_mmu_caches: u64 = 1 << 0 | 1 << 2 | 1 << 12;
const sctlr_data_cache: u64 = 1 << 2;
const sctlr_write_never_executes: u64 = 1 << 19;
const attribute_write_back: u64 = 0xff;
const attribute_device: u64 = 0x04;

pub fn mmuAndCaches(facts: *Facts) Failure!void {
    if (mutant.on(.data_cache_off)) {
        hal.sysreg.write("sctlr_el2", hal.sysreg.read("sctlr_el2") & ~sctlr_data_cache);
        hal.barrier.isb();
    }
    const control = hal.sysreg.read("sctlr_el2");
    facts.hex("sctlr", control);
    facts.hex("tcr", hal.sysreg.read("tcr_el2"));
    try facts.require(control & sctlr_mmu_caches == sctlr_mmu_caches, "SCTLR_EL2.M, C and I set");
    try facts.require(control & sctlr_write_never_executes != 0, "SCTLR_EL2.WXN set");

    // What the walker itself says, by address translation instructions.
    const data = translate("s1e2r", @intFromPtr(&bss_probe));
    const device = translate("s1e2r", board.uart_registers.address);
    const code = translate("s1e2w", entry.addressOf("__image_start"));
    facts.hex("par_data", data);
    facts.hex("par_device", device);
    facts.word("text", if (isFault(code)) "read-only" else "writable");
    try facts.require(!isFault(data) and data & page_mask == @intFromPtr(&bss_probe) & page_mask, "data mapped one to one");
    try facts.require(data >> 56 == attribute_write_back, "data as Normal write-back memory");
    try facts.require(!isFault(device) and device >> 56 == attribute_device, "the UART as Device memory");
    try facts.require(isFault(code), "code that cannot be written");
}

const page_mask: u64 = 0x0000_ffff_ffff_f000;

/// PAR_EL1.F: the translation was aborted (Arm ARM D19.2.114).
fn isFault(par: u64) bool {
    return par & 1 != 0;
}

/// What the walker makes of an address, as PAR_EL1; `operation` is `s1e2r` or `s1e2w`.
fn translate(comptime operation: []const u8, address: u64) u64 {
    return asm volatile ("at " ++ operation ++ ", %[address]\n" ++
            \\isb
            \\mrs %[par], par_el1
        : [par] "=r" (-> u64),
        : [address] "r" (address),
        : .{ .memory = true });
}

fn stackPointer() u64 {
    return asm volatile ("mov %[sp], sp"
        : [sp] "=r" (-> u64),
    );
}

const Breakpoint = struct { at: u64, resumed: u64 };

/// The instruction right behind the BRK leaves its mark only if execution resumes there.
fn raiseBreakpoint() Breakpoint {
    var resumed: u64 = undefined;
    const at = asm volatile (
        \\mov %[resumed], #0
        \\adr %[at], 1f
        \\1: brk #0x5ec
        \\mov %[resumed], #1
        : [at] "=&r" (-> u64),
          [resumed] "=&r" (resumed),
        :
        : .{ .memory = true });
    return .{ .at = at, .resumed = resumed };
}

/// Loads a word and throws it away; returns the load's own address.
fn loadFrom(address: u64) u64 {
    return asm volatile (
        \\adr %[at], 1f
        \\1: ldr xzr, [%[address]]
        : [at] "=&r" (-> u64),
        : [address] "r" (address),
        : .{ .memory = true });
}

comptime {
    std.debug.assert(breakpoint_syndrome == 0xf200_05ec);
}
