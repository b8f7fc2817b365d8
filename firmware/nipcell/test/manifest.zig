// SPDX-License-Identifier: Apache-2.0
//! Reading and judging manifests that are wrong in one way each.
const std = @import("std");
const fdt = @import("fdt");
const nipcell = @import("nipcell");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectEqualStrings = std.testing.expectEqualStrings;
const Fault = nipcell.manifest.Fault;
const Reason = nipcell.manifest_check.Reason;

/// A manifest blob with room for edits.
const Draft = struct {
    room: [fixture.manifest_blob.len + 2048]u8 = @splat(0),

    fn init() Draft {
        var draft: Draft = .{};
        @memcpy(draft.room[0..fixture.manifest_blob.len], fixture.manifest_blob);
        return draft;
    }

    fn edit(draft: *Draft) !fdt.Editor {
        return fdt.Editor.open(&draft.room);
    }

    fn expectFault(draft: *const Draft, fault: Fault, node: []const u8, property: []const u8) !void {
        const refusal = nipcell.manifest.parse(&draft.room).refused;
        try expectEqual(fault, refusal.fault);
        try expectEqualStrings(node, refusal.node);
        try expectEqualStrings(property, refusal.property);
    }
};

test "each property must be there, with its own length" {
    const properties = [_]struct { []const u8, []const u8 }{
        .{ "/cell", "cell-name" }, .{ "/cell", "vmid" },                           .{ "/cell", "cpu-count" },
        .{ "/cell", "carve-out" }, .{ "/cell", "ion-window" },                     .{ "/cell", "doorbell-spi" },
        .{ "/cell", "console" },   .{ "/cell/device@8010000", "reg-ipa-pa-size" }, .{ "/cell/device@9000000", "device-name" },
    };
    for (properties) |one| {
        const node = one[0][std.mem.lastIndexOfScalar(u8, one[0], '/').? + 1 ..];
        var missing = Draft.init();
        var editor = try missing.edit();
        try editor.removeProperty(one[0], one[1]);
        try missing.expectFault(.missing, node, one[1]);
        for ([_][]const u8{ "", "\x00", "\x00\x00\x00", "12345678901234567890123456" }) |value| {
            var wrong = Draft.init();
            editor = try wrong.edit();
            try editor.setProperty(one[0], one[1], value);
            try wrong.expectFault(.malformed, node, one[1]);
        }
    }
}

test "ranges that wrap are malformed" {
    const high: [8]u8 = @splat(0xff);
    for ([_]struct { []const u8, usize }{ .{ "carve-out", 0 }, .{ "ion-window", 0 }, .{ "ion-window", 8 } }) |one| {
        var draft = Draft.init();
        var editor = try draft.edit();
        const start = editor.tree().find("/cell").?.property(one[0]).?.value;
        const offset = @intFromPtr(start.ptr) - @intFromPtr(&draft.room);
        @memcpy(draft.room[offset + one[1] ..][0..8], &high);
        try draft.expectFault(.malformed, "cell", one[0]);
    }
    for ([_]usize{ 0, 8 }) |offset| {
        var draft = Draft.init();
        var editor = try draft.edit();
        const value = editor.tree().find("/cell/device@9000000").?.property("reg-ipa-pa-size").?.value;
        const place = @intFromPtr(value.ptr) - @intFromPtr(&draft.room);
        @memcpy(draft.room[place + offset ..][0..8], &high);
        try draft.expectFault(.malformed, "device@9000000", "reg-ipa-pa-size");
    }
}

test "a manifest must be a tree with a cell in it" {
    try expectEqual(.not_a_tree, nipcell.manifest.parse("").refused.fault);
    try expectEqual(.not_a_tree, nipcell.manifest.parse(fixture.manifest_blob[0 .. fixture.manifest_blob.len - 1]).refused.fault);
    try expectEqual(.no_cell, nipcell.manifest.parse(fixture.cell_blob).refused.fault);
    var disabled = Draft.init();
    var editor = try disabled.edit();
    try editor.setString("/cell", "status", "disabled");
    try expectEqual(.no_cell, nipcell.manifest.parse(&disabled.room).refused.fault);
    var odd = Draft.init();
    editor = try odd.edit();
    try editor.setString("/cell", "console", "serial");
    try odd.expectFault(.unknown_console, "cell", "console");
}

test "each console policy, disabled devices, and no more devices than fit" {
    for (std.enums.values(nipcell.manifest.Console)) |console| {
        var draft = Draft.init();
        var editor = try draft.edit();
        try editor.setString("/cell", "console", @tagName(console));
        try editor.setString("/cell/device@8010000", "status", "disabled");
        const manifest = nipcell.manifest.parse(&draft.room).manifest;
        try expectEqual(console, manifest.console);
        try expectEqual(2, manifest.devices().len);
        try expectEqualStrings("uart0", manifest.devices()[1].name);
    }
    var draft = Draft.init();
    var editor = try draft.edit();
    const place: [24]u8 = @splat(0);
    for (3..17) |number| {
        try expect(nipcell.manifest.parse(&draft.room) == .manifest);
        const path = "/cell/device@" ++ [1]u8{'a' + @as(u8, @intCast(number))};
        try editor.addNode("/cell", path[6..]);
        try editor.setString(path, "device-name", "d");
        try editor.setProperty(path, "reg-ipa-pa-size", &place);
    }
    try expectEqual(.too_many_devices, nipcell.manifest.parse(&draft.room).refused.fault);
}

fn expectRefused(reason: Reason, manifest: nipcell.Manifest, board: nipcell.Board) !void {
    const refusal = nipcell.manifest_check.check(&manifest, board) orelse return error.Accepted;
    try expectEqual(reason, refusal.reason);
    try expect(reason.text().len > 10);
}

test "numbers within the board's" {
    const good = fixture.manifest();
    var bad = good;
    bad.vmid = 0;
    try expectRefused(.vmid, bad, fixture.board);
    bad.vmid = 256;
    try expectRefused(.vmid, bad, fixture.board);
    bad = good;
    bad.cpus = 0;
    try expectRefused(.cpu_count, bad, fixture.board);
    bad.cpus = 2;
    try expectRefused(.cpu_count, bad, fixture.board);
    bad = good;
    bad.doorbell_spi = fixture.board.spi_count;
    try expectRefused(.doorbell_spi, bad, fixture.board);
    bad.doorbell_spi = fixture.board.spi_count - 1;
    try expectEqual(null, nipcell.manifest_check.check(&bad, fixture.board));
}

test "memory inside the board's, outside the host's" {
    const Case = struct { u64, u64, Reason };
    const cases = [_]Case{
        .{ 0x4800_0000, 0, .carve_out_empty },
        .{ 0x3fe0_0000, 0x20_0000, .carve_out_outside_memory },
        .{ 0x6000_0000, 0x20_0000, .carve_out_outside_memory },
        .{ 0x5fe0_0000, 0x40_0000, .carve_out_outside_memory },
        .{ 0x47e0_0000, 0x20_0000, .carve_out_host_owned },
        .{ 0x4800_0000, 0x1020_0000, .carve_out_host_owned },
        .{ 0x4000_0000, 0x2000_0000, .carve_out_host_owned },
        .{ 0x80_0000_0000, 0x20_0000, .carve_out_out_of_bounds },
    };
    for (cases) |case| {
        var bad = fixture.manifest();
        bad.carve_out = .from(case[0], case[1]);
        try expectRefused(case[2], bad, fixture.board);
    }
    const windows = [_]Case{
        .{ 0x6000_0000, 0x0100_0000, .ion_outside_memory },
        .{ 0x3f00_0000, 0x0100_0000, .ion_outside_memory },
        .{ 0x5f20_0000, 0x0100_0000, .ion_outside_memory },
        .{ 0x5e20_0000, 0x0100_0000, .ion_host_owned },
        .{ 0x5f00_0000, 0x0080_0000, .ion_size },
        .{ 0x5f00_0000, 0x0100_1000, .ion_size },
    };
    for (windows) |case| {
        var bad = fixture.manifest();
        bad.ion_pa = .from(case[0]);
        bad.ion_size = case[1];
        try expectRefused(case[2], bad, fixture.board);
    }
    var elsewhere = fixture.manifest();
    elsewhere.ion_ipa = .from(0xa000_0000);
    try expectRefused(.ion_ipa, elsewhere, fixture.board);
}

test "device windows" {
    const Case = struct { u64, u64, u64, Reason };
    const cases = [_]Case{
        .{ 0x0a00_0000, 0x0a00_0000, 0, .device_empty },
        .{ 0x80_0000_0000, 0x0a00_0000, 0x1000, .device_out_of_bounds },
        .{ 0x0a00_0000, 0x1000_0000_0000, 0x1000, .device_out_of_bounds },
        .{ 0x0a00_0000, 0x3fff_f000, 0x2000, .device_over_memory },
        .{ 0x0a00_0000, 0x5fff_f000, 0x1000, .device_over_memory },
        .{ 0x4800_0000, 0x0a00_0000, 0x1000, .device_overlaps },
        .{ 0x90ff_f000, 0x0a00_0000, 0x1000, .device_overlaps },
        .{ 0x0800_f000, 0x0a00_0000, 0x1000, .device_overlaps },
        .{ 0x0a00_0000, 0x0801_0000, 0x1000, .device_overlaps },
    };
    for (cases) |case| {
        var bad = fixture.manifest();
        bad.device_buffer[2] = .{ .name = "odd", .ipa = .from(case[0]), .pa = .from(case[1]), .size = case[2] };
        const refusal = nipcell.manifest_check.check(&bad, fixture.board).?;
        try expectEqual(case[3], refusal.reason);
        try expectEqual(2, refusal.device);
    }
    var good = fixture.manifest();
    good.device_buffer[2] = .{ .name = "moved", .ipa = .from(0x0a00_0000), .pa = .from(0x0b00_0000), .size = 0x1000 };
    try expectEqual(null, nipcell.manifest_check.check(&good, fixture.board));
}
