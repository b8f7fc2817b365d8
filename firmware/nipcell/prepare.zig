// SPDX-License-Identifier: Apache-2.0
//! All of a start that needs no system register: from bundle bytes to staged members, patched DTB, stage-2 tables and a seeded
//! ION window, passing each gate on the way. The first refusal ends it and refuses the cell.
const std = @import("std");
const assert = std.debug.assert;
const ion = @import("ion");
const stage2 = @import("stage2");
const bundle_file = @import("bundle.zig");
const cell_plan = @import("cell_plan.zig");
const guest_dtb = @import("guest_dtb.zig");
const image = @import("image.zig");
const manifest_file = @import("manifest.zig");
const manifest_check = @import("manifest_check.zig");
const placement_file = @import("placement.zig");
const staging = @import("staging.zig");
const start = @import("start.zig");
const Board = @import("board.zig").Board;
const Manifest = manifest_file.Manifest;

/// What the bundle holds for this board, before a byte is copied: lets the caller map the carve-out and the window.
pub const Opened = struct {
    bundle: bundle_file.Bundle,
    manifest: Manifest,
};

/// Memory and services the caller lends.
pub const Resources = struct {
    board: Board,
    /// All of the carve-out and all of the ION window, as this side sees them.
    carve_out: []u8,
    ion_window: []align(4096) u8,
    tables: *stage2.TablePool,
    ranges: *cell_plan.Ranges,
    counter_frequency_hz: u64,
    ion: struct {
        features: u64 = ion.abi.header_feature.event_index,
        rings: []const ion.abi.Ring = &ion.abi.rings,
    } = .{},
};

pub const Prepared = struct {
    placement: placement_file.Placement,
    image_header: image.Header,
    staged: staging.Staged,
    dtb: guest_dtb.Patched,
    plan: stage2.Plan,
    root: stage2.Pa,
};

/// Why, in the words of the part that refused.
pub const Refusal = union(enum) {
    bundle: bundle_file.Refusal,
    manifest: manifest_file.Refusal,
    manifest_check: manifest_check.Refusal,
    image: image.Reason,
    placement: placement_file.Refusal,
    staging: staging.Refusal,
    guest_dtb: guest_dtb.Reason,
    stage2_plan: stage2.plan.Refusal,
    stage2_tables_exhausted,
    /// A host range that the built tables reach.
    host_reachable: stage2.HostRange,
};

pub const Failed = struct { gate: start.Gate, refusal: Refusal };

pub const OpenOutcome = union(enum) { opened: Opened, failed: Failed };
pub const Outcome = union(enum) { prepared: Prepared, failed: Failed };

/// Reads the bundle, takes what is not the Image to `keep` and judges the manifest. Passes gate `manifest`.
pub fn open(cell: *start.Cell, archive: []const u8, keep: []u8, board: Board) start.Error!OpenOutcome {
    var bundle = switch (bundle_file.open(archive)) {
        .bundle => |bundle| bundle,
        .refused => |why| {
            const gate = if (why.member) |member| gateOf(member) else .manifest;
            return .{ .failed = try fail(cell, gate, .{ .bundle = why }) };
        },
    };
    bundle.lift(keep) orelse return .{ .failed = try fail(cell, .manifest, .{ .bundle = .{ .fault = .no_room } }) };
    const member = bundle.get(.manifest);
    if (staging.verify(.manifest, member.bytes, member.digest)) |why| {
        return .{ .failed = try fail(cell, .manifest, .{ .staging = why }) };
    }
    const manifest = switch (manifest_file.parse(member.bytes)) {
        .manifest => |manifest| manifest,
        .refused => |why| return .{ .failed = try fail(cell, .manifest, .{ .manifest = why }) },
    };
    if (manifest_check.check(&manifest, board)) |why| {
        return .{ .failed = try fail(cell, .manifest, .{ .manifest_check = why }) };
    }
    try cell.pass(.manifest);
    return .{ .opened = .{ .bundle = bundle, .manifest = manifest } };
}

/// Stages, patches, maps and seeds. Passes gates `image` to `ion_seed`.
pub fn prepare(cell: *start.Cell, opened: *const Opened, resources: Resources) start.Error!Outcome {
    assert(cell.passed.contains(.manifest));
    assert(resources.carve_out.len == opened.manifest.carve_out.size);
    const manifest = &opened.manifest;
    const header = switch (image.check(opened.bundle.get(.image).bytes)) {
        .header => |header| header,
        .refused => |why| return .{ .failed = try fail(cell, .image, .{ .image = why }) },
    };
    const placement = switch (placement_file.place(.{
        .carve_out = manifest.carve_out,
        .image = header,
        .initramfs_size = opened.bundle.get(.initramfs).bytes.len,
        .dtb_size = opened.bundle.get(.cell_dtb).bytes.len,
    })) {
        .placed => |placement| placement,
        .refused => |why| return .{ .failed = try fail(cell, placementGate(why.reason), .{ .placement = why }) },
    };
    const staged = switch (staging.stage(&opened.bundle, placement, resources.carve_out)) {
        .staged => |staged| staged,
        .refused => |why| return .{ .failed = try fail(cell, gateOf(why.member), .{ .staging = why }) },
    };
    for ([_]start.Gate{ .image, .initramfs, .device_tree }) |gate| try cell.pass(gate);
    const dtb = switch (guest_dtb.patch(placement.carve_out.slice(resources.carve_out, placement.dtb), manifest, staged)) {
        .patched => |dtb| dtb,
        .refused => |why| return .{ .failed = try fail(cell, .device_tree_patched, .{ .guest_dtb = why }) },
    };
    try cell.pass(.device_tree_patched);
    const mapped = switch (try map(cell, manifest, resources)) {
        .mapped => |mapped| mapped,
        .failed => |failed| return .{ .failed = failed },
    };
    ion.seed(resources.ion_window, .{
        .epoch = cell.epoch,
        .counter_frequency_hz = resources.counter_frequency_hz,
        .features = resources.ion.features,
        .rings = resources.ion.rings,
    });
    try cell.pass(.ion_seed);
    return .{ .prepared = .{
        .placement = placement,
        .image_header = header,
        .staged = staged,
        .dtb = dtb,
        .plan = mapped.plan,
        .root = mapped.root,
    } };
}

const Mapped = union(enum) { mapped: struct { plan: stage2.Plan, root: stage2.Pa }, failed: Failed };

fn map(cell: *start.Cell, manifest: *const Manifest, resources: Resources) start.Error!Mapped {
    cell_plan.derive(manifest, resources.ranges);
    const board = resources.board;
    const plan = switch (stage2.validate(resources.ranges.slice(), board.host, .{ .pa_bits = board.pa_bits })) {
        .valid => |plan| plan,
        .refused => |why| return .{ .failed = try fail(cell, .stage2_plan, .{ .stage2_plan = why }) },
    };
    try cell.pass(.stage2_plan);
    const root = stage2.build(plan, resources.tables) catch
        return .{ .failed = try fail(cell, .stage2_tables, .stage2_tables_exhausted) };
    try cell.pass(.stage2_tables);
    if (try exclude(cell, resources.tables.reader(), root, board.host)) |failed| return .{ .failed = failed };
    return .{ .mapped = .{ .plan = plan, .root = root } };
}

/// Passes gate `host_excluded` when a walk over the finished tables, independent of what built them, reaches no host memory.
pub fn exclude(
    cell: *start.Cell,
    reader: stage2.walker.TableReader,
    root: stage2.Pa,
    host: []const stage2.HostRange,
) start.Error!?Failed {
    for (host) |range| {
        if (stage2.walker.reaches(reader, root, range.base, range.size) != null) {
            return try fail(cell, .host_excluded, .{ .host_reachable = range });
        }
    }
    try cell.pass(.host_excluded);
    return null;
}

fn fail(cell: *start.Cell, gate: start.Gate, refusal: Refusal) start.Error!Failed {
    try cell.refuse(gate);
    assert(cell.state == .refused and cell.passed.count() == 0);
    return .{ .gate = gate, .refusal = refusal };
}

fn placementGate(reason: placement_file.Reason) start.Gate {
    return switch (reason) {
        .image_too_large => .image,
        .initramfs_too_large, .empty_member => .initramfs,
        .dtb_too_large => .device_tree,
    };
}

fn gateOf(member: bundle_file.Name) start.Gate {
    return switch (member) {
        .manifest => .manifest,
        .image => .image,
        .initramfs => .initramfs,
        .cell_dtb => .device_tree,
    };
}
