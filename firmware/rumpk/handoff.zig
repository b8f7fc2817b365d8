// SPDX-License-Identifier: Apache-2.0
//! The hand-off: the core's registers by policy, the last gates, the ERET into the cell,
//! and what happened when it is over.

const el2 = @import("el2");
const hal = @import("hal");
const mutant = @import("mutant");
const nipcell = @import("nipcell");
const board = @import("board.zig").info;
const console = @import("console.zig");
const gic = @import("gic.zig").gic;
const halt = @import("halt.zig");
const report = @import("report.zig");
const sabotage = @import("sabotage.zig");
const translation = @import("translation.zig");
const Guest = el2.Guest;
const StagedCell = @import("stage_cell.zig").StagedCell;
const say = hal.say;

/// The core as every start of the cell finds it, with the cell's translation in place.
pub fn loadCore(cell: *const StagedCell, guest: *Guest) translation.Done {
    el2.policy.apply(.{
        .vtcr = cell.vtcr,
        .vttbr = cell.vttbr,
        .affinity = 0,
        .uniprocessor = cell.manifest.cpus == 1,
        .gic_version = board.gic.version(),
    });
    guest.vcpu.guest = .{ .spsr = el2.policy.entry_pstate };
    guest.vcpu.hcr = el2.policy.hcr(.direct);
    if (mutant.on(.psci_1_0)) guest.vcpu.identity.psci_version = 0x1_0000;
    hal.sysreg.write("hcr_el2", el2.policy.hcrServing(guest.vcpu.hcr));
    hal.barrier.isb();
    return translation.synchronise();
}

/// Starts the cell when every gate is passed, runs it, and ends the run with its result.
pub fn run(cell: *const StagedCell, guest: *Guest) noreturn {
    const synchronised = loadCore(cell, guest);
    guest.vcpu.guest.elr = cell.prepared.placement.entry().raw();
    guest.vcpu.guest.x[0] = cell.prepared.placement.dtb.base.raw();
    sabotage.preconditions(guest);
    passGates(cell, guest, synchronised);
    sabotage.start(guest);
    releaseMachine();
    const result = nipcell.nipcell_start_result(cell.start);
    say.record("nipcell.start").word("result", @tagName(result)).end();
    if (result != .started) halt.stop(.cell_not_started, "the cell is not started: {s}", .{result.text()});
    _ = cell.start.takeTicket();
    sabotageHandoff();
    const state = &guest.vcpu.guest;
    say.people("handing the core to {s} by ERET", .{cell.manifest.name});
    say.record("eret.attempt").hex("elr", state.elr).hex("spsr", state.spsr).hex("x0", state.x[0])
        .hex("x1", state.x[1]).hex("x2", state.x[2]).hex("x3", state.x[3]).end();
    finish(cell, guest, sabotage.ending(el2.guest.run(guest)));
}

/// Sabotages of the moment itself: each one says or does what a good run never does here.
fn sabotageHandoff() void {
    if (mutant.on(.say_halt)) say.record("halt").word("reason", "mutant").end();
    if (mutant.on(.halt_before_eret)) halt.stop(.cell_not_started, "halted before the ERET on purpose", .{});
    if (mutant.on(.el2_trap)) asm volatile ("brk #0x30");
    if (mutant.on(.fallback_l1)) {
        say.record("fallback").word("to", "l1").word("reason", "mutant").end();
        halt.end("ok");
    }
}

/// The gates of the hand-off itself, each from what the core or the vCPU really holds.
fn passGates(cell: *const StagedCell, guest: *const Guest, synchronised: translation.Done) void {
    const start = cell.start;
    if (isReady(cell, guest)) halt.must(start.pass(.vcpu));
    const hcr = guest.vcpu.hcr;
    const imo = hcr & el2.policy.Hcr.imo != 0;
    const fmo = hcr & el2.policy.Hcr.fmo != 0;
    say.record("irq.owner").word("owner", if (imo or fmo) "rumpk" else "guest").hex("hcr", hcr)
        .dec("imo", @intFromBool(imo)).dec("fmo", @intFromBool(fmo)).end();
    if (!imo and !fmo) halt.must(start.pass(.interrupts));
    const cnthctl = hal.sysreg.read("cnthctl_el2");
    say.record("timer.access").hex("cnthctl", cnthctl).hex("cntvoff", hal.sysreg.read("cntvoff_el2")).end();
    if (cnthctl == el2.policy.cnthctl) halt.must(start.pass(.timer));
    const root = hal.sysreg.read("vttbr_el2");
    say.record("stage2.root").hex("vttbr", root).hex("vtcr", hal.sysreg.read("vtcr_el2")).dec("vmid", root >> 48).end();
    say.record("stage2.sync").word("sequence", synchronised.sequence).dec("vmid", synchronised.vttbr >> 48).end();
    const in_force = root == cell.vttbr and synchronised.isOf(root);
    if (in_force and !mutant.on(.gate_left_out)) halt.must(start.pass(.translation_synchronised));
}

/// Whether the vCPU is where the staged Image begins, in the state of a first entry and with
/// its device tree.
fn isReady(cell: *const StagedCell, guest: *const Guest) bool {
    const placement = cell.prepared.placement;
    const state = &guest.vcpu.guest;
    return state.elr == placement.entry().raw() and state.x[0] == placement.dtb.base.raw() and
        state.spsr == el2.policy.entry_pstate;
}

/// The interrupt controller and the timer as after reset: they are the cell's now.
fn releaseMachine() void {
    hal.irq.disableLocal();
    hal.timer.disarm();
    gic.quiesce();
}

fn finish(cell: *const StagedCell, guest: *const Guest, ending: el2.Ending) noreturn {
    halt.must(cell.start.stop());
    // The guest had the UART: its FIFO and enables are as Linux left them.
    console.init();
    switch (ending) {
        .stopped => |reason| {
            if (!mutant.on(.stop_unsaid)) say.record("cell.stopped").word("reason", @tagName(reason)).end();
            sayExits(guest);
            halt.end(if (reason == .SYSTEM_OFF) "ok" else "cell-reset");
        },
        .trapped, .smoke_returned => {
            // The guest's last line may be half written.
            say.raw("");
            report.ofCell(&guest.vcpu);
            say.record("cell.stopped").word("reason", "trap").end();
            sayExits(guest);
            halt.end("trap");
        },
    }
}

fn sayExits(guest: *const Guest) void {
    const counters = guest.vcpu.counters;
    say.record("cell.exits").dec("fast", counters.fast_calls).dec("hvc", counters.hvc).dec("smc", counters.smc)
        .dec("sysreg", counters.sysreg).dec("abort", counters.abort).dec("other", counters.other)
        .dec("doorbells", guest.doorbells).end();
}
