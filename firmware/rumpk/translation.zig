// SPDX-License-Identifier: Apache-2.0
//! Carries out the steps that stage-2 changes are made of, one instruction each, and
//! keeps the names of those it really executed.

const hal = @import("hal");
const mutant = @import("mutant");
const stage2 = @import("stage2");
const Step = stage2.change.Step;

/// Everything of the cell's VMID, between the last table write and an ERET into it.
/// Returns what was executed. In a section of its own, because proofs trace its instructions by address.
pub noinline fn synchronise() linksection(".text.synchronise") Sequence {
    const steps = stage2.change.synchronise();
    var done: Sequence = .{};
    for (steps.slice()) |step| {
        if (mutant.on(.no_tlbi) and step == .tlbi_vmalls12e1is) continue;
        execute(step);
        done.add(nameOf(step));
    }
    return done;
}

/// The executed instructions' names, joined by dashes.
pub const Sequence = struct {
    buffer: [64]u8 = undefined,
    len: usize = 0,

    fn add(self: *Sequence, name: []const u8) void {
        if (self.len > 0) {
            self.buffer[self.len] = '-';
            self.len += 1;
        }
        @memcpy(self.buffer[self.len..][0..name.len], name);
        self.len += name.len;
    }

    pub fn text(self: *const Sequence) []const u8 {
        return self.buffer[0..self.len];
    }
};

fn nameOf(step: Step) []const u8 {
    return switch (step) {
        .write => "write",
        .dsb_ishst, .dsb_ish => "dsb",
        .isb => "isb",
        .tlbi_vmalls12e1is, .tlbi_vmalle1is, .tlbi_vale2is_zero, .tlbi_ipas2e1is => "tlbi",
        .select_vmid, .restore_vmid => "vmid",
    };
}

inline fn execute(step: Step) void {
    switch (step) {
        .write => |write| write.entry.* = write.value,
        .dsb_ishst => hal.barrier.dsbIshSt(),
        .dsb_ish => hal.barrier.dsbIsh(),
        .isb => hal.barrier.isb(),
        .tlbi_vmalls12e1is => asm volatile ("tlbi vmalls12e1is" ::: .{ .memory = true }),
        .tlbi_vmalle1is => asm volatile ("tlbi vmalle1is" ::: .{ .memory = true }),
        .tlbi_vale2is_zero => asm volatile ("tlbi vale2is, xzr" ::: .{ .memory = true }),
        .tlbi_ipas2e1is => |ipa| asm volatile ("tlbi ipas2e1is, %[page]"
            :
            : [page] "r" (ipa.raw() >> 12),
            : .{ .memory = true }),
        // The cell's VMID is current whenever Rumpk changes its tables.
        .select_vmid, .restore_vmid => {},
    }
}
