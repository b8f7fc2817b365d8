// SPDX-License-Identifier: Apache-2.0
//! From the loader's bundle to a cell whose memory is filled, mapped and seeded: lends
//! nipcell the memory and the facts of this machine.

const hal = @import("hal");
const nipcell = @import("nipcell");
const stage2 = @import("stage2");
const board = @import("board.zig").info;
const bundle_source = @import("bundle_source.zig");
const gic = @import("gic.zig").gic;
const halt = @import("halt.zig");
const memory = @import("memory.zig");
const refusal = @import("refusal.zig");
const sabotage = @import("sabotage.zig");
const Machine = @import("machine.zig").Machine;
const Pa = stage2.Pa;

/// Enough for the reference cell six times over.
const table_count = 32;

var tables: [table_count]stage2.Table align(stage2.address.page_size) = undefined;
var ranges: nipcell.cell_plan.Ranges = .{};
var pool: stage2.TablePool = undefined;

/// Rumpk's own memory: no cell may reach it.
pub const host_ranges = [_]stage2.HostRange{
    .{ .name = "rumpk", .base = Pa.from(board.rumpk_memory.address), .size = board.rumpk_memory.size },
    .{ .name = "scratch", .base = Pa.from(board.scratch.address), .size = board.scratch.size },
};

pub const StagedCell = struct {
    start: *nipcell.Cell,
    manifest: nipcell.Manifest,
    prepared: nipcell.prepare.Prepared,
    vtcr: u64,
    vttbr: u64,
    pool: *stage2.TablePool,

    /// The patched device tree, as the guest will read it.
    pub fn deviceTree(self: *const StagedCell) []u8 {
        return memory.bytes(self.prepared.placement.dtb.base.raw(), self.prepared.placement.dtb.size);
    }

    pub fn ionWindow(self: *const StagedCell) []align(4096) u8 {
        return @alignCast(memory.bytes(self.manifest.ion_pa.raw(), self.manifest.ion_size));
    }
};

/// Stages the cell, or ends the run with the reason.
pub fn stage(start: *nipcell.Cell, machine: Machine) StagedCell {
    const archive = bundle_source.find(machine);
    const limits = boardLimits();
    halt.must(start.pass(.hypervisor));
    var opened = switch (halt.must(nipcell.prepare.open(start, archive, bundle_source.keep(), limits))) {
        .opened => |opened| opened,
        .failed => |failed| refusal.stop(failed),
    };
    sabotage.manifest(&opened.manifest);
    const manifest = opened.manifest;
    pool = .init(&tables, .from(@intFromPtr(&tables)));
    const prepared = switch (halt.must(nipcell.prepare.prepare(start, &opened, .{
        .board = limits,
        // Identity-mapped: the carve-out's guest-physical address is its physical one.
        .carve_out = memory.bytes(manifest.carve_out.base.raw(), manifest.carve_out.size),
        .ion_window = @alignCast(memory.bytes(manifest.ion_pa.raw(), manifest.ion_size)),
        .tables = &pool,
        .ranges = &ranges,
        .counter_frequency_hz = hal.timer.frequency(),
        .ion = .{ .rings = sabotage.rings() },
    }))) {
        .prepared => |prepared| prepared,
        .failed => |failed| refusal.stop(failed),
    };
    const vmid = halt.must(stage2.Vmid.from(@truncate(manifest.vmid)));
    const cell = StagedCell{
        .start = start,
        .manifest = manifest,
        .prepared = prepared,
        .vtcr = halt.must(stage2.vtcr(paRange())),
        .vttbr = stage2.vttbr(vmid, prepared.root),
        .pool = &pool,
    };
    sabotage.cell(&cell);
    return cell;
}

fn boardLimits() nipcell.Board {
    return .{
        .memory = board.memory,
        .host = &host_ranges,
        .cpus = board.cpu_count,
        .pa_bits = stage2.registers.paBits(paRange()) orelse 48,
        .spi_count = gic.spiCount(),
    };
}

fn paRange() u4 {
    return @truncate(hal.sysreg.read("id_aa64mmfr0_el1"));
}

/// What a guest reads with its caches off must be in memory, not in ours: Image,
/// initramfs, device tree, the ION header (the smoke stub reads it), and the tables its
/// walker reads. The rest of the window it maps cacheable: coherent by itself.
pub fn publish(cell: *const StagedCell) void {
    const staged = cell.prepared.staged;
    for ([_]nipcell.Span{ staged.image.span, staged.initramfs.span }) |span| {
        hal.cache.cleanToPoc(span.base.raw(), span.size);
    }
    hal.cache.cleanToPoc(cell.prepared.placement.dtb.base.raw(), cell.prepared.dtb.size);
    hal.cache.cleanToPoc(cell.manifest.ion_pa.raw(), stage2.address.page_size);
    hal.cache.cleanToPoc(@intFromPtr(&tables), cell.pool.used * @sizeOf(stage2.Table));
    hal.cache.invalidateInstructions();
}
