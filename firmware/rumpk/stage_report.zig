// SPDX-License-Identifier: Apache-2.0
//! What a staged cell is, said from what lies in memory and in the tables, not from what
//! was meant to.

const std = @import("std");
const fdt = @import("fdt");
const hal = @import("hal");
const ion = @import("ion");
const stage2 = @import("stage2");
const memory = @import("memory.zig");
const stage_cell = @import("stage_cell.zig");
const StagedCell = stage_cell.StagedCell;
const say = hal.say;

pub fn sayStaged(cell: *const StagedCell) void {
    const prepared = &cell.prepared;
    const staged = prepared.staged;
    say.people("cell {s}: Image, initramfs and device tree staged", .{cell.manifest.name});
    say.record("stage.image").hex32("addr", staged.image.span.base.raw()).dec("size", staged.image.span.size)
        .hex("image_size", prepared.image_header.image_size).hex("text_offset", prepared.image_header.text_offset)
        .hex("magic", wordAt(staged.image.span.base.raw() + 56, .little)).digest("sha512", &staged.image.digest).end();
    say.record("stage.initramfs").hex32("addr", staged.initramfs.span.base.raw()).dec("size", staged.initramfs.span.size)
        .digest("sha512", &staged.initramfs.digest).end();
    say.record("stage.dtb").hex32("addr", staged.dtb.span.base.raw()).dec("size", staged.dtb.span.size)
        .hex("magic", wordAt(staged.dtb.span.base.raw(), .big)).digest("sha512", &staged.dtb.digest).end();
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
    for (stage_cell.host_ranges) |host| {
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
