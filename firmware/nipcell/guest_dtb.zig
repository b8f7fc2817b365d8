// SPDX-License-Identifier: Apache-2.0
//! The last touches to the staged DTB: memory, initrd, command line, the reservation of the ION window.
const std = @import("std");
const assert = std.debug.assert;
const fdt = @import("fdt");
const command_line = @import("command_line.zig");
const Manifest = @import("manifest.zig").Manifest;
const Staged = @import("staging.zig").Staged;

pub const Reason = enum {
    not_a_tree,
    /// No memory node, or no /chosen.
    missing_node,
    /// The tree reserves something else than the window for ION, or part of it.
    reservation_conflict,
    command_line_overflow,
    command_line_conflict,
    /// The changes do not fit into the DTB's room.
    no_space,
    /// The tree cannot be edited in place, or a name or cell count is unusable.
    unusable_tree,

    pub fn text(reason: Reason) []const u8 {
        return switch (reason) {
            .not_a_tree => "it is not a valid device tree",
            .missing_node => "it has no memory node or no /chosen",
            .reservation_conflict => "its /reserved-memory contradicts the manifest's ION window",
            .command_line_overflow => "its command line is over 2047 bytes with ion_base",
            .command_line_conflict => "its command line names another ion_base than the manifest",
            .no_space => "the changes do not fit into 2 MiB",
            .unusable_tree => "it cannot be edited in place",
        };
    }
};

/// What the guest will read, for records.
pub const Patched = struct { size: usize, command_line_length: usize };

pub const Outcome = union(enum) { patched: Patched, refused: Reason };

/// `room` holds the staged DTB at its start and is all the space it may grow into.
pub fn patch(room: []u8, manifest: *const Manifest, staged: Staged) Outcome {
    const outcome = apply(room, manifest, staged) catch |failure| return .{ .refused = reasonOf(failure) };
    assert(outcome.size <= room.len);
    return .{ .patched = outcome };
}

const Failure = fdt.ParseError || fdt.EditError || command_line.Error || error{ReservationConflict};

fn apply(room: []u8, manifest: *const Manifest, staged: Staged) Failure!Patched {
    var editor = try fdt.Editor.open(room);
    const carve_out = manifest.carve_out;
    try fdt.boot.setMemory(&editor, .{ .address = carve_out.base.raw(), .size = carve_out.size });
    try fdt.boot.setInitrd(&editor, staged.initramfs.span.base.raw(), staged.initramfs.span.end());
    try reserve(&editor, manifest);
    var old: [command_line.size_max]u8 = undefined;
    var new: [command_line.size_max]u8 = undefined;
    const given = fdt.boot.bootargs(editor.tree());
    if (given.len >= old.len) return error.Overflow;
    // The editor may not write from its own buffer.
    @memcpy(old[0..given.len], given);
    const line = try command_line.withIonBase(old[0..given.len], manifest.ion_ipa.raw(), &new);
    if (line.len != given.len) try fdt.boot.setBootargs(&editor, line);
    return .{ .size = editor.totalSize(), .command_line_length = line.len };
}

/// Keeps a right reservation, adds a missing one, refuses a wrong one.
fn reserve(editor: *fdt.Editor, manifest: *const Manifest) Failure!void {
    const window: fdt.Region = .{ .address = manifest.ion_ipa.raw(), .size = manifest.ion_size };
    if (fdt.boot.isReservedNoMap(editor.tree(), window)) return;
    if (editor.tree().find("/reserved-memory")) |parent| {
        var children = parent.children();
        while (children.next()) |child| {
            if (child.isCompatible("nexus,ion-window")) return error.ReservationConflict;
            const region = (child.region(0) catch return error.ReservationConflict) orelse continue;
            if (region.address < window.end().? and window.address < region.end().?) return error.ReservationConflict;
        }
    }
    try fdt.boot.reserveNoMap(editor, "ion", window);
}

fn reasonOf(failure: Failure) Reason {
    return switch (failure) {
        error.NoSuchNode => .missing_node,
        error.ReservationConflict => .reservation_conflict,
        error.Overflow => .command_line_overflow,
        error.ConflictingIonBase => .command_line_conflict,
        error.NoSpace => .no_space,
        error.NoSuchProperty,
        error.WrongLength,
        error.NodeExists,
        error.BadName,
        error.UnsupportedLayout,
        error.BadRegion,
        => .unusable_tree,
        else => .not_a_tree,
    };
}
