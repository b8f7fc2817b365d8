// SPDX-License-Identifier: Apache-2.0
//! Carries out the steps that stage-2 changes are made of, one instruction each, and says
//! which ones it really executed.

const hal = @import("hal");
const stage2 = @import("stage2");
const Step = stage2.change.Step;
const say = hal.say;

/// Everything of the cell's VMID, between the last table write and the first ERET.
pub fn synchronise() void {
    const steps = stage2.change.synchronise();
    const vmid = hal.sysreg.read("vttbr_el2") >> 48;
    const record = say.record("stage2.sync").word("sequence", sequence_of_synchronise).dec("vmid", vmid);
    for (steps.slice()) |step| execute(step);
    record.end();
}

const sequence_of_synchronise = "dsb-tlbi-dsb-isb";

fn execute(step: Step) void {
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
