// SPDX-License-Identifier: Apache-2.0
//! Check 17: the one way to start a cell, asked with nothing staged, then with ever more.

const std = @import("std");
const hal = @import("hal");
const mutant = @import("mutant");
const nipcell = @import("nipcell");
const Facts = @import("facts.zig").Facts;
const Failure = @import("facts.zig").Failure;

const Gate = nipcell.Gate;
const Result = nipcell.start.Result;

/// HCR_EL2.VM: stage-2 translation on, a cell's memory in force.
const hcr_stage2: u64 = 1 << 0;

pub fn startFailsClosed(facts: *Facts) Failure!void {
    var cell: nipcell.Cell = .init(0);
    if (mutant.on(.cell_gates_open)) for (std.enums.values(Gate)) |gate| cell.pass(gate) catch {};
    const result = nipcell.nipcell_start_result(&cell);
    facts.word("start_result", @tagName(result));
    try facts.require(result != .started and cell.state == .empty, "a cell with nothing staged not to start");

    var named: std.EnumSet(Result) = .empty;
    for (std.enums.values(Gate)) |gate| {
        const missing = nipcell.nipcell_start_result(&cell);
        try facts.require(missing != .started, "no start with a gate missing");
        if (gate == .image) facts.word("without_image", @tagName(missing));
        if (gate == .image) try facts.require(missing == .image_not_staged, "the result image_not_staged");
        named.insert(missing);
        cell.pass(gate) catch return facts.require(false, "gates that can be passed in their order");
    }
    facts.dec("gates", Gate.count);
    facts.dec("named", named.count());
    try facts.require(named.count() == Gate.count, "a result of its own for each missing precondition");

    // Nothing half-started: no stage-2 is in force and no table is named.
    const control = hal.sysreg.read("hcr_el2");
    const tables = hal.sysreg.read("vttbr_el2");
    facts.hex("hcr", control);
    facts.hex("vttbr", tables);
    try facts.require(control & hcr_stage2 == 0 and tables == 0, "no stage-2 translation left behind");
}
