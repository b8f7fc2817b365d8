// SPDX-License-Identifier: Apache-2.0
//! Trees that cannot become a cell's.
const std = @import("std");
const fdt = @import("fdt");
const nipcell = @import("nipcell");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const Reason = nipcell.guest_dtb.Reason;

const staged: nipcell.staging.Staged = blk: {
    const item: nipcell.staging.Item = .{ .span = .from(0x5000_0000, 0x1234), .digest = @splat(0) };
    break :blk .{ .image = item, .initramfs = item, .dtb = item };
};

const Room = [16384]u8;

fn fresh() Room {
    var room: Room = @splat(0);
    @memcpy(room[0..fixture.cell_blob.len], fixture.cell_blob);
    return room;
}

fn expectRefused(reason: Reason, room: []u8) !void {
    const manifest = fixture.manifest();
    try expectEqual(reason, nipcell.guest_dtb.patch(room, &manifest, staged).refused);
    try expect(reason.text().len > 10);
}

test "patching is idempotent and leaves the size alone when placeholders suffice" {
    var room = fresh();
    const manifest = fixture.manifest();
    const first = nipcell.guest_dtb.patch(&room, &manifest, staged).patched;
    try expectEqual(fixture.cell_blob.len, first.size);
    try expectEqual("console=ttyAMA0 ion_base=0x90000000".len, first.command_line_length);
    const after = room;
    _ = nipcell.guest_dtb.patch(&room, &manifest, staged).patched;
    try expect(std.mem.eql(u8, &after, &room));
}

test "a line without ion_base gets it, within the room there is" {
    var room = fresh();
    var editor = try fdt.Editor.open(&room);
    try fdt.boot.setBootargs(&editor, "quiet");
    const manifest = fixture.manifest();
    const patched = nipcell.guest_dtb.patch(&room, &manifest, staged).patched;
    const tree = try fdt.Tree.parse(room[0..patched.size]);
    try std.testing.expectEqualStrings("ion_base=0x90000000 quiet", fdt.boot.bootargs(tree));
    editor = try fdt.Editor.open(&room);
    try editor.removeProperty("/chosen", "bootargs");
    _ = nipcell.guest_dtb.patch(&room, &manifest, staged).patched;
    try std.testing.expectEqualStrings("ion_base=0x90000000", fdt.boot.bootargs(try fdt.Tree.parse(&room)));
}

test "refusals by name" {
    var room = fresh();
    room[0] = 0;
    try expectRefused(.not_a_tree, &room);

    room = fresh();
    var editor = try fdt.Editor.open(&room);
    try editor.setString("/memory", "device_type", "dram");
    try expectRefused(.missing_node, &room);

    room = fresh();
    editor = try fdt.Editor.open(&room);
    try fdt.boot.setBootargs(&editor, "ion_base=0x80000000");
    try expectRefused(.command_line_conflict, &room);

    room = fresh();
    editor = try fdt.Editor.open(&room);
    const long: [2047]u8 = @splat('x');
    try fdt.boot.setBootargs(&editor, long[0..2040]);
    try expectRefused(.command_line_overflow, &room);
    try editor.setString("/chosen", "bootargs", &long);
    try expectRefused(.command_line_overflow, &room);

    room = fresh();
    editor = try fdt.Editor.open(&room);
    try editor.removeProperty("/reserved-memory/ion", "no-map");
    try expectRefused(.reservation_conflict, &room);
    try editor.removeProperty("/reserved-memory/ion", "compatible");
    try expectRefused(.reservation_conflict, &room);

    // A window node that is not this window, even if it is out of the way.
    room = fresh();
    editor = try fdt.Editor.open(&room);
    try editor.setRegion("/reserved-memory/ion", .{ .address = 0xa000_0000, .size = 0x0100_0000 });
    try expectRefused(.reservation_conflict, &room);

    room = fresh();
    editor = try fdt.Editor.open(&room);
    try editor.setU32("/", "#address-cells", 3);
    try expectRefused(.unusable_tree, &room);
}

test "no room for a change is said, not cut short" {
    // "ion_base=0x90000000 " in front of "quiet" is 20 bytes more; a value is padded to four.
    const manifest = fixture.manifest();
    for (0..24) |spare| {
        var room = fresh();
        var editor = try fdt.Editor.open(&room);
        try fdt.boot.setBootargs(&editor, "quiet");
        var header = editor.header;
        header.total_size = header.strings_offset + header.strings_size;
        header.encode(&room);
        const outcome = nipcell.guest_dtb.patch(room[0 .. header.total_size + spare], &manifest, staged);
        if (spare < 20) try expectEqual(.no_space, outcome.refused) else try expect(outcome == .patched);
    }
}
