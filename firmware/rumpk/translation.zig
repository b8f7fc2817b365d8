// SPDX-License-Identifier: Apache-2.0
//! The synchronisation of stage 2: one straight run of instructions, at an address that the
//! linker script fixes (rumpk.ld). A proof stops at its TLBI to see whose translations it
//! drops, and traces each of its instructions by address.

const std = @import("std");
const hal = @import("hal");
const mutant = @import("mutant");
const stage2 = @import("stage2");
const Step = stage2.change.Step;

const steps = stage2.change.synchronise();

comptime {
    asm (".pushsection .text.synchronise, \"ax\", %progbits\n" ++
            ".global rumpk_synchronise\n" ++
            "rumpk_synchronise:\n" ++ instructions() ++ "ret\n" ++
            ".popsection\n");
}

extern fn rumpk_synchronise() callconv(.c) void;

/// A synchronisation that was carried out.
pub const Done = struct {
    /// Its instructions' names, joined by dashes.
    sequence: []const u8 = whole_sequence,
    /// Whether an instruction was left out.
    incomplete: bool = false,
    /// VTTBR_EL2 then: the TLBI is of the VMID that is current.
    vttbr: u64,

    /// Whether nothing was left out, and `vttbr` was in force.
    pub fn isOf(done: Done, vttbr: u64) bool {
        return !done.incomplete and done.vttbr == vttbr;
    }
};

/// Everything of the cell's VMID, between the last table write and an ERET into it.
pub fn synchronise() Done {
    if (mutant.on(.no_tlbi) or mutant.on(.tlbi_left_out)) {
        hal.barrier.dsbSy();
        hal.barrier.isb();
    } else {
        rumpk_synchronise();
    }
    return .{
        .incomplete = mutant.on(.tlbi_left_out),
        .vttbr = hal.sysreg.read("vttbr_el2"),
    };
}

const whole_sequence = joined: {
    var text: []const u8 = "";
    for (steps.slice()) |step| text = text ++ (if (text.len > 0) "-" else "") ++ name(step);
    break :joined text;
};

fn instructions() []const u8 {
    var text: []const u8 = "";
    for (steps.slice()) |step| text = text ++ instruction(step) ++ "\n";
    return text;
}

fn instruction(comptime step: Step) []const u8 {
    return switch (step) {
        .dsb_ishst => "dsb ishst",
        .dsb_ish => "dsb ish",
        .isb => "isb",
        .tlbi_vmalls12e1is => "tlbi vmalls12e1is",
        else => @compileError("no step of a synchronisation: " ++ @tagName(step)),
    };
}

/// The instruction without its operand.
fn name(comptime step: Step) []const u8 {
    const text = instruction(step);
    return text[0 .. std.mem.indexOfScalar(u8, text, ' ') orelse text.len];
}
