// SPDX-License-Identifier: Apache-2.0
//! The EL2 proof: stage Linux, map it, try the way in and out, and hand over the core.

const el2 = @import("el2");
const hal = @import("hal");
const nipcell = @import("nipcell");
const options = @import("options");
const stage2 = @import("stage2");
const board = @import("board.zig").info;
const entry = @import("entry.zig");
const halt = @import("halt.zig");
const handoff = @import("handoff.zig");
const smoke = @import("smoke.zig");
const stage_cell = @import("stage_cell.zig");
const stage_report = @import("stage_report.zig");
const Machine = @import("machine.zig").Machine;
const StagedCell = stage_cell.StagedCell;
const say = hal.say;

var start_state: nipcell.Cell = .init(0);
var guest: el2.Guest = undefined;

pub fn run(machine: Machine) noreturn {
    const cell = stage_cell.stage(&start_state, machine);
    stage_cell.publish(&cell);
    stage_report.sayStaged(&cell);
    stage_report.sayStage2(&cell);
    if (!options.proof_el2_vmentry_smoke and !options.proof_el2_eret_attempt) halt.end("ok");
    guest = makeGuest(&cell);
    // Always before Linux: the smoke stub is also what wipes the FP and SIMD registers.
    _ = handoff.loadCore(&cell, &guest);
    smoke.run(&cell, &guest);
    if (options.proof_el2_eret_attempt) handoff.run(&cell, &guest);
    halt.end("ok");
}

fn makeGuest(cell: *const StagedCell) el2.Guest {
    const stub = el2.Stub.at(board.stub_address) catch |err|
        halt.stop(.stub_mismatch, "the EL2 stub at 0x{x}: {s}; expected the one of this build", .{
            board.stub_address, @errorName(err),
        });
    const carve_out = cell.manifest.carve_out;
    var made = el2.Guest{
        .stub = stub,
        .psci = .{ .affinities = &.{0}, .memory_base = carve_out.base.raw(), .memory_size = carve_out.size },
        .epoch = cell.start.epoch,
    };
    made.vcpu.host.fault_handler = entry.faultHandler();
    return made;
}
