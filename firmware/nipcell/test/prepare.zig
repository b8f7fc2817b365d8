// SPDX-License-Identifier: Apache-2.0
//! The whole way from a bundle's bytes to a cell that lacks only hardware, and each way it can end early.
const std = @import("std");
const fdt = @import("fdt");
const ion = @import("ion");
const nipcell = @import("nipcell");
const stage2 = @import("stage2");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const prepare = nipcell.prepare;

var archive: fixture.Archive = .{};
var pool: stage2.TablePool = undefined;
var ranges: nipcell.cell_plan.Ranges = .{};

fn at(ipa: u64, size: usize) []u8 {
    return fixture.carveOut()[@intCast(ipa - 0x4800_0000)..][0..size];
}

test "a good bundle goes all the way" {
    archive = .{};
    fixture.bundleOf(&archive, &fixture.referenceMembers());
    @memset(&fixture.ion_window, 0xa5);
    var cell = nipcell.Cell.init(0);
    try cell.pass(.hypervisor);
    const opened = (try prepare.open(&cell, archive.bytes(), &fixture.keep, fixture.board)).opened;
    const prepared = (try prepare.prepare(&cell, &opened, fixture.resources(&pool, &ranges))).prepared;
    // What the guest finds in its memory.
    try expect(std.mem.eql(u8, fixture.image(), at(0x4800_0000, fixture.image_file_size)));
    const initramfs = prepared.placement.initramfs;
    try expect(std.mem.eql(u8, &fixture.initramfs, at(initramfs.base.raw(), fixture.initramfs.len)));
    const tree = try fdt.Tree.parse(at(prepared.placement.dtb.base.raw(), prepared.dtb.size));
    try expectEqual(fdt.Region{ .address = initramfs.base.raw(), .size = initramfs.size }, fdt.boot.initrd(tree).?);
    // What is reported about it.
    try expectEqual(nipcell.sha512.hash(fixture.image()), prepared.staged.image.digest);
    try expectEqual(nipcell.sha512.hash(fixture.cell_blob), prepared.staged.dtb.digest);
    try expectEqual(fixture.cell_blob.len, prepared.staged.dtb.span.size);
    try expectEqual(fixture.image_memory_size, prepared.image_header.image_size);
    try expectEqual(0x4100_0000, prepared.root.raw());
    try expectEqual(1 + ion.abi.sections.len + 3, prepared.plan.ranges.len);
    // The window is this life's.
    const layout = ion.layout.check(ion.Window.init(&fixture.ion_window)).accepted;
    try expectEqual(cell.epoch, layout.header.epoch);
    // What only the hardware can do is still missing, in that order.
    for ([_]nipcell.Gate{ .vcpu, .interrupts, .timer, .translation_synchronised }) |gate| {
        try expectEqual(gate, cell.firstMissing().?);
        try expect(nipcell.nipcell_start_result(&cell) != .started);
        try cell.pass(gate);
    }
    try expectEqual(.started, nipcell.nipcell_start_result(&cell));
}

test "the loader may have put the bundle anywhere in the cell's own memory" {
    archive = .{};
    fixture.bundleOf(&archive, &fixture.referenceMembers());
    const carve_out = fixture.carveOut();
    const last = carve_out.len - archive.bytes().len;
    // From where the Image goes to where the device tree and the initramfs go, aligned as QEMU would and as badly as newc allows.
    for ([_]usize{ 0, 4, 4096, fixture.image_file_size / 2 / 4 * 4, fixture.image_file_size + 8, last / 2 / 8 * 8, last - last % 8 - 0x20_0000, last - last % 4 }) |offset| {
        const there = carve_out[offset..][0..archive.bytes().len];
        @memcpy(there, archive.bytes());
        var cell = nipcell.Cell.init(0);
        try cell.pass(.hypervisor);
        const opened = (try prepare.open(&cell, there, &fixture.keep, fixture.board)).opened;
        const prepared = (try prepare.prepare(&cell, &opened, fixture.resources(&pool, &ranges))).prepared;
        try expect(std.mem.eql(u8, fixture.image(), at(0x4800_0000, fixture.image_file_size)));
        try expect(std.mem.eql(u8, &fixture.initramfs, at(prepared.placement.initramfs.base.raw(), fixture.initramfs.len)));
        _ = try fdt.Tree.parse(at(prepared.placement.dtb.base.raw(), prepared.dtb.size));
    }
}

test "too little room beside the archive is a refusal" {
    archive = .{};
    fixture.bundleOf(&archive, &fixture.referenceMembers());
    var cell = nipcell.Cell.init(0);
    try cell.pass(.hypervisor);
    const failed = (try prepare.open(&cell, archive.bytes(), fixture.keep[0 .. fixture.initramfs.len - 1], fixture.board)).failed;
    try expectEqual(nipcell.bundle.Fault.no_room, failed.refusal.bundle.fault);
}

/// Runs a bundle up to its refusal; the cell must be refused at the gate and keep nothing.
fn failureOf(board: nipcell.Board, change: ?*const fn (*prepare.Resources) void) !prepare.Failed {
    var cell = nipcell.Cell.init(0);
    try cell.pass(.hypervisor);
    const failed = switch (try prepare.open(&cell, archive.bytes(), &fixture.keep, board)) {
        .failed => |failed| failed,
        .opened => |opened| blk: {
            var resources = fixture.resources(&pool, &ranges);
            resources.board = board;
            if (change) |function| function(&resources);
            break :blk (try prepare.prepare(&cell, &opened, resources)).failed;
        },
    };
    try expectEqual(.refused, cell.state);
    try expectEqual(failed.gate, cell.refused_at.?);
    try expectEqual(0, cell.passed.count());
    const result = nipcell.nipcell_start_result(&cell);
    try expect(result != .started and result != .not_reset);
    return failed;
}

test "every member's every corruption is caught by its digest" {
    const members = fixture.referenceMembers();
    const gates = [_]nipcell.Gate{ .manifest, .device_tree, .image, .initramfs };
    const names = [_]nipcell.bundle.Name{ .manifest, .cell_dtb, .image, .initramfs };
    for (members, gates, names) |member, gate, name| {
        for ([_]usize{ 0, 60, member.bytes.len / 2, member.bytes.len - 1 }) |offset| {
            archive = .{};
            fixture.bundleOf(&archive, &members);
            const place = std.mem.indexOf(u8, archive.bytes(), member.bytes).?;
            archive.buffer[place + offset] ^= 0x10;
            const failed = try failureOf(fixture.board, null);
            try expectEqual(gate, failed.gate);
            const staging = failed.refusal.staging;
            try expectEqual(name, staging.member);
            try expectEqual(.digest_mismatch, staging.reason);
            try expectEqual(nipcell.sha512.hash(member.bytes), staging.expected);
            try expect(!std.mem.eql(u8, &staging.expected, &staging.found));
        }
    }
}

test "a member of the wrong kind is refused even with a right digest" {
    const Case = struct { nipcell.bundle.Name, []const u8, nipcell.Gate };
    const cases = [_]Case{
        .{ .image, "not an image, but long enough to have a header of sixty-four bytes, really", .image },
        .{ .initramfs, "not an initramfs", .initramfs },
        .{ .cell_dtb, "not a device tree", .device_tree },
        .{ .manifest, "not a device tree", .manifest },
    };
    for (cases) |case| {
        var members = fixture.referenceMembers();
        for (&members) |*member| if (std.mem.eql(u8, member.name, case[0].path())) {
            member.bytes = case[1];
        };
        archive = .{};
        fixture.bundleOf(&archive, &members);
        const failed = try failureOf(fixture.board, null);
        try expectEqual(case[2], failed.gate);
        switch (case[0]) {
            .image => try expectEqual(.bad_magic, failed.refusal.image),
            .initramfs => try expectEqual(.bad_initramfs_magic, failed.refusal.staging.reason),
            else => try expectEqual(.bad_dtb_magic, failed.refusal.staging.reason),
        }
    }
    // The right magic and rubbish behind it.
    var members = fixture.referenceMembers();
    members[1].bytes = "\xd0\x0d\xfe\xedrubbish that is longer than a header of forty bytes";
    archive = .{};
    fixture.bundleOf(&archive, &members);
    try expectEqual(.not_a_tree, (try failureOf(fixture.board, null)).refusal.guest_dtb);
}

test "a missing member names its own gate" {
    const members = fixture.referenceMembers();
    archive = .{};
    fixture.bundleOf(&archive, members[0..3]);
    const failed = try failureOf(fixture.board, null);
    try expectEqual(.initramfs, failed.gate);
    try expectEqual(.missing_member, failed.refusal.bundle.fault);
    archive = .{};
    try expectEqual(.manifest, (try failureOf(fixture.board, null)).gate);
}

test "a manifest that this board cannot grant" {
    archive = .{};
    fixture.bundleOf(&archive, &fixture.referenceMembers());
    var board = fixture.board;
    board.memory = &.{.{ .address = 0x4000_0000, .size = 0x1000_0000 }};
    const failed = try failureOf(board, null);
    try expectEqual(.manifest, failed.gate);
    try expectEqual(.carve_out_outside_memory, failed.refusal.manifest_check.reason);
}

test "an Image that needs more memory than the cell has" {
    var large = fixture.image().*;
    std.mem.writeInt(u64, large[16..24], 0x1000_0000, .little);
    var members = fixture.referenceMembers();
    members[2].bytes = &large;
    archive = .{};
    fixture.bundleOf(&archive, &members);
    const failed = try failureOf(fixture.board, null);
    try expectEqual(.image, failed.gate);
    try expectEqual(.image_too_large, failed.refusal.placement.reason);
}

test "too few tables" {
    archive = .{};
    fixture.bundleOf(&archive, &fixture.referenceMembers());
    const failed = try failureOf(fixture.board, struct {
        fn change(resources: *prepare.Resources) void {
            resources.tables.tables = resources.tables.tables[0..3];
        }
    }.change);
    try expectEqual(.stage2_tables, failed.gate);
    try expect(failed.refusal == .stage2_tables_exhausted);
    try expectEqual(0, pool.used);
}

test "tables that reach the host are refused, whatever the plan said" {
    for (0..fixture.host.len + 1) |which| {
        var cell = nipcell.Cell.init(0);
        for ([_]nipcell.Gate{ .manifest, .stage2_plan, .stage2_tables }) |gate| try cell.pass(gate);
        var built = try fixture.build();
        if (which < fixture.host.len) {
            // One 1 GiB block too many in the root: the host's range lies in it.
            built.pool.at(built.root).?.entries[300] = 0x4000_07fd;
        }
        const host = if (which < fixture.host.len) fixture.host[which .. which + 1] else &fixture.host;
        const failed = try prepare.exclude(&cell, built.pool.reader(), built.root, host);
        if (which == fixture.host.len) {
            try expectEqual(null, failed);
            try expect(cell.passed.contains(.host_excluded));
        } else {
            try expectEqual(fixture.host[which].base, failed.?.refusal.host_reachable.base);
            try expectEqual(.host_memory_reachable, nipcell.nipcell_start_result(&cell));
        }
    }
}

test "a second life is seeded with its own epoch" {
    archive = .{};
    fixture.bundleOf(&archive, &fixture.referenceMembers());
    var cell = nipcell.Cell.init(3);
    for (1..4) |life| {
        try cell.pass(.hypervisor);
        const opened = (try prepare.open(&cell, archive.bytes(), &fixture.keep, fixture.board)).opened;
        _ = (try prepare.prepare(&cell, &opened, fixture.resources(&pool, &ranges))).prepared;
        const layout = ion.layout.check(ion.Window.init(&fixture.ion_window)).accepted;
        try expectEqual(life, layout.header.epoch);
        try cell.refuse(.vcpu);
        try cell.reset();
    }
}
