// SPDX-License-Identifier: Apache-2.0
//! From the loader's bundle to a cell whose memory is filled, mapped and seeded: lends
//! nipcell its memory, and says what came of it as read back from there.

const std = @import("std");
const fdt = @import("fdt");
const hal = @import("hal");
const ion = @import("ion");
const nipcell = @import("nipcell");
const stage2 = @import("stage2");
const board = @import("board.zig").info;
const bundle_source = @import("bundle_source.zig");
const halt = @import("halt.zig");
const memory = @import("memory.zig");
const refusal = @import("refusal.zig");
const sabotage = @import("sabotage.zig");
const Machine = @import("machine.zig").Machine;
const say = hal.say;
const Pa = stage2.Pa;

/// Enough for the reference cell six times over.
const table_count = 32;

var tables: [table_count]stage2.Table align(stage2.address.page_size) = undefined;
var ranges: nipcell.cell_plan.Ranges = .{};
var pool: stage2.TablePool = undefined;

/// Rumpk's own memory: no cell may reach it.
const host_ranges = [_]stage2.HostRange{
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
    const archive = bundle_source.load(machine);
    const limits = boardLimits();
    halt.must(start.pass(.hypervisor));
    const opened = switch (halt.must(nipcell.prepare.open(start, archive, limits))) {
        .opened => |opened| opened,
        .failed => |failed| refusal.stop(failed),
    };
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
        .memory_base = .from(board.memory.address),
        .memory_size = board.memory.size,
        .host = &host_ranges,
        .cpus = board.cpu_count,
        .pa_bits = stage2.registers.paBits(paRange()) orelse 48,
        .spi_count = hal.gic.spiCount(),
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

pub fn sayStaged(cell: *const StagedCell) void {
    const prepared = &cell.prepared;
    const staged = prepared.staged;
    say.people("cell {s}: Image, initramfs and device tree staged", .{cell.manifest.name});
    say.record("stage.image").hex32("addr", staged.image.span.base.raw()).dec("size", staged.image.span.size)
        .hex("image_size", prepared.image_header.image_size).hex("text_offset", prepared.image_header.text_offset)
        .hex("magic", wordAt(staged.image.span.base.raw() + 56, .little)).digest("sha256", &staged.image.digest).end();
    say.record("stage.initramfs").hex32("addr", staged.initramfs.span.base.raw()).dec("size", staged.initramfs.span.size)
        .digest("sha256", &staged.initramfs.digest).end();
    say.record("stage.dtb").hex32("addr", staged.dtb.span.base.raw()).dec("size", staged.dtb.span.size)
        .hex("magic", wordAt(staged.dtb.span.base.raw(), .big)).digest("sha256", &staged.dtb.digest).end();
    sayReservation(cell);
    sayIon(cell);
}

fn wordAt(address: u64, endian: std.builtin.Endian) u32 {
    return std.mem.readInt(u32, memory.bytes(address, 4)[0..4], endian);
}

fn sayReservation(cell: *const StagedCell) void {
    const manifest = cell.manifest;
    const window = fdt.Region{ .address = manifest.ion_ipa.raw(), .size = manifest.ion_size };
    const reserved = if (fdt.Tree.parse(cell.deviceTree())) |tree| fdt.boot.isReservedNoMap(tree, window) else |_| false;
    say.record("dtb.reserved").hex32("ipa", window.address).hex32("size", window.size).dec("nomap", @intFromBool(reserved)).end();
}

fn sayIon(cell: *const StagedCell) void {
    const header: *const ion.abi.Header = @ptrCast(cell.ionWindow().ptr);
    say.record("ion.seed").hex("magic", header.magic).dec("version", header.abi_version).hex32("size", header.window_size)
        .dec("epoch", header.epoch).dec("rings", header.ring_count).dec("state", header.host_state).end();
}

/// Every mapping, as an independent walk over the finished tables finds it.
pub fn sayStage2(cell: *const StagedCell) void {
    for (cell.prepared.plan.ranges) |range| sayRange(cell, range);
    sayWindow(cell);
    for (host_ranges) |host| {
        const reached = stage2.walker.reaches(cell.pool.reader(), cell.prepared.root, host.base, host.size);
        say.record("stage2.excluded").word("name", host.name).hex32("base", host.base.raw()).hex32("size", host.size)
            .word("result", if (reached == null) "unreachable" else "reachable").end();
    }
}

const Mapping = stage2.walker.Mapping;

/// The leaves of one planned range; neighbours with equal attributes are one record.
fn sayRange(cell: *const StagedCell, range: stage2.Range) void {
    const end = range.ipa.raw() + range.size;
    var at = range.ipa.raw();
    while (at < end) {
        const first = lookup(cell, at) orelse return sayFault(range, at);
        const from = at;
        var next: ?Mapping = first;
        while (next) |mapping| : (next = if (at < end) lookup(cell, at) else null) {
            if (!continues(first, mapping, at - from)) break;
            at += mapping.size;
        }
        sayMapping(range.name, first, @min(at, end) - from);
    }
}

fn lookup(cell: *const StagedCell, ipa: u64) ?Mapping {
    return switch (stage2.walker.translate(cell.pool.reader(), cell.prepared.root, .from(ipa))) {
        .mapped => |mapping| mapping,
        .fault => null,
    };
}

fn continues(first: Mapping, mapping: Mapping, offset: u64) bool {
    return mapping.pa.raw() == first.pa.raw() + offset and mapping.readable == first.readable and
        mapping.writable == first.writable and mapping.executable == first.executable and
        mapping.device == first.device and mapping.write_back == first.write_back;
}

fn sayMapping(name: []const u8, mapping: Mapping, size: u64) void {
    const kind = if (mapping.device) "device" else if (mapping.write_back) "normal" else "other";
    const access = if (mapping.writable) "rw" else if (mapping.readable) "ro" else "none";
    say.record("stage2.map").word("name", name).hex32("ipa", mapping.ipa.raw()).hex32("pa", mapping.pa.raw())
        .hex32("size", size).word("memory", kind).word("access", access).dec("xn", @intFromBool(!mapping.executable)).end();
}

fn sayFault(range: stage2.Range, ipa: u64) void {
    say.record("stage2.map").word("name", range.name).hex32("ipa", ipa).word("memory", "unmapped").end();
}

/// The whole ION window as one translation: how far its physical addresses follow on.
fn sayWindow(cell: *const StagedCell) void {
    const base = cell.manifest.ion_ipa.raw();
    const first = lookup(cell, base) orelse return;
    var size: u64 = 0;
    while (size < cell.manifest.ion_size) {
        const mapping = lookup(cell, base + size) orelse break;
        if (mapping.pa.raw() != first.pa.raw() + size) break;
        size += mapping.size;
    }
    say.record("stage2.ion").hex32("ipa", base).hex32("pa", first.pa.raw()).hex32("size", size).end();
}
