// SPDX-License-Identifier: Apache-2.0
//! The fifteen NipCell host tests of the design, and nothing else: this root's total is published. Further tests are in all.zig.
const std = @import("std");
const fdt = @import("fdt");
const ion = @import("ion");
const nipcell = @import("nipcell");
const stage2 = @import("stage2");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectEqualStrings = std.testing.expectEqualStrings;
const expectError = std.testing.expectError;
const check = nipcell.manifest_check.check;

test "reference manifest accepted" {
    const manifest = fixture.manifest();
    try expectEqual(null, check(&manifest, fixture.board));
    try expectEqualStrings("linux-cell", manifest.name);
    try expectEqual(1, manifest.vmid);
    try expectEqual(1, manifest.cpus);
    try expectEqual(0x4800_0000, manifest.carve_out.base.raw());
    try expectEqual(0x1000_0000, manifest.carve_out.size);
    try expectEqual(0x9000_0000, manifest.ion_ipa.raw());
    try expectEqual(0x5f00_0000, manifest.ion_pa.raw());
    try expectEqual(0x0100_0000, manifest.ion_size);
    try expectEqual(200, manifest.doorbell_spi);
    try expectEqual(.passthrough, manifest.console);
    try expectEqual(3, manifest.devices().len);
    try expectEqualStrings("uart0", manifest.devices()[2].name);
    try expectEqual(0x0900_0000, manifest.devices()[2].pa.raw());
}

test "overlapping carve-out and ION refused" {
    // In physical memory: the window's first and last 2 MiB, and all of it inside.
    for ([_][2]u64{ .{ 0x5e00_0000, 0x0120_0000 }, .{ 0x5fe0_0000, 0x0020_0000 }, .{ 0x5f00_0000, 0x0100_0000 } }) |range| {
        var manifest = fixture.manifest();
        var board = fixture.board;
        board.host = fixture.host[0..1];
        manifest.carve_out = .from(range[0], range[1]);
        try expectEqual(.carve_out_overlaps_ion, check(&manifest, board).?.reason);
    }
    // In guest addresses only: the carve-out is identity-mapped, the window is not.
    var manifest = fixture.manifest();
    var board = fixture.board;
    board.memory = &.{.{ .address = 0x4000_0000, .size = 0x1_0000_0000 }};
    manifest.carve_out = .from(0x8f00_0000, 0x0120_0000);
    try expectEqual(.carve_out_overlaps_ion, check(&manifest, board).?.reason);
    manifest.carve_out = .from(0x8f00_0000, 0x0100_0000);
    try expectEqual(null, check(&manifest, board));
}

test "unaligned ranges refused" {
    const Case = struct { field: enum { carve_base, carve_size, ion_ipa, ion_pa, device_ipa, device_pa, device_size }, off_by: u64 };
    const cases = [_]Case{
        .{ .field = .carve_base, .off_by = 0x1000 }, .{ .field = .carve_base, .off_by = 0x10_0000 },
        .{ .field = .carve_size, .off_by = 0x1000 }, .{ .field = .ion_ipa, .off_by = 0x1000 },
        .{ .field = .ion_pa, .off_by = 0x10_0000 },  .{ .field = .device_ipa, .off_by = 0x800 },
        .{ .field = .device_pa, .off_by = 1 },       .{ .field = .device_size, .off_by = 0x10 },
    };
    for (cases) |case| {
        var manifest = fixture.manifest();
        const device = &manifest.device_buffer[1];
        switch (case.field) {
            .carve_base => manifest.carve_out.base = manifest.carve_out.base.plus(case.off_by),
            .carve_size => manifest.carve_out.size -= case.off_by,
            .ion_ipa => manifest.ion_ipa = manifest.ion_ipa.plus(case.off_by),
            .ion_pa => manifest.ion_pa = .from(manifest.ion_pa.raw() - case.off_by),
            .device_ipa => device.ipa = device.ipa.plus(case.off_by),
            .device_pa => device.pa = device.pa.plus(case.off_by),
            .device_size => device.size += case.off_by,
        }
        const refusal = check(&manifest, fixture.board).?;
        switch (case.field) {
            .carve_base, .carve_size => try expectEqual(.carve_out_unaligned, refusal.reason),
            .ion_ipa, .ion_pa => try expectEqual(.ion_unaligned, refusal.reason),
            .device_ipa, .device_pa, .device_size => {
                try expectEqual(.device_unaligned, refusal.reason);
                try expectEqual(1, refusal.device);
            },
        }
    }
}

test "Image header checked" {
    const good = fixture.image().*;
    const header = nipcell.image.check(&good).header;
    try expectEqual(0, header.text_offset);
    try expectEqual(fixture.image_memory_size, header.image_size);
    try expectEqual(4096, header.pageSize().?);
    const Case = struct { offset: usize, value: u64, reason: nipcell.image.Reason };
    const cases = [_]Case{
        .{ .offset = 56, .value = 0x644d5240, .reason = .bad_magic },
        .{ .offset = 56, .value = 0, .reason = .bad_magic },
        .{ .offset = 16, .value = 0, .reason = .no_image_size },
        .{ .offset = 16, .value = fixture.image_file_size - 1, .reason = .size_mismatch },
        .{ .offset = 24, .value = 0xb, .reason = .big_endian },
        .{ .offset = 8, .value = 0x800, .reason = .bad_text_offset },
        .{ .offset = 8, .value = 0x20_0000, .reason = .bad_text_offset },
    };
    for (cases) |case| {
        var bad = good;
        std.mem.writeInt(u64, bad[case.offset..][0..8], case.value, .little);
        try expectEqual(case.reason, nipcell.image.check(&bad).refused);
    }
    for (0..64) |length| try expectEqual(.too_short, nipcell.image.check(good[0..length]).refused);
}

test "Image too large refused" {
    const carve_out = fixture.manifest().carve_out;
    var request: nipcell.placement.Request = .{
        .carve_out = carve_out,
        // All but the DTB's 2 MiB and one page for the initramfs.
        .image = .{ .text_offset = 0x1000, .image_size = carve_out.size - 0x20_0000 - 0x2000, .flags = 0xa },
        .initramfs_size = 0x1000,
        .dtb_size = 0x1000,
    };
    const placed = nipcell.placement.place(request).placed;
    try expectEqual(placed.image.end(), placed.initramfs.base.raw());
    request.image.image_size += 0x1000;
    try expectEqual(.initramfs_too_large, nipcell.placement.place(request).refused.reason);
    request.image.image_size += 1;
    const refused = nipcell.placement.place(request).refused;
    try expectEqual(.image_too_large, refused.reason);
    try expectEqual(carve_out.size - 0x20_0000 + 1, refused.needed);
    try expectEqual(carve_out.size - 0x20_0000, refused.available);
    request.image.image_size = std.math.maxInt(u64);
    try expectEqual(.image_too_large, nipcell.placement.place(request).refused.reason);
}

test "plan maps the carve-out" {
    const built = try fixture.build();
    var offset: u64 = 0;
    while (offset < 0x1000_0000) : (offset += 0x1000) {
        const mapping = built.translate(0x4800_0000 + offset).?;
        try expectEqual(0x4800_0000 + offset, mapping.pa.raw());
        try expect(mapping.readable and mapping.writable and mapping.executable and mapping.write_back);
    }
    try expect(built.translate(0x47ff_ffff) == null);
    try expect(built.translate(0x5800_0000) == null);
}

test "plan maps ION" {
    const built = try fixture.build();
    for (ion.abi.sections) |section| {
        var offset: u64 = section.offset;
        while (offset < @as(u64, section.offset) + section.size) : (offset += 0x1000) {
            const mapping = built.translate(0x9000_0000 + offset).?;
            try expectEqual(0x5f00_0000 + offset, mapping.pa.raw());
            try expectEqual(section.access == 3, mapping.writable);
            try expect(mapping.readable and !mapping.executable and mapping.write_back);
        }
    }
    try expect(built.translate(0x8fff_ffff) == null);
    try expect(built.translate(0x9100_0000) == null);
    // Its physical address is no guest address of its own.
    try expect(built.translate(0x5f00_0000) == null);
}

test "plan never maps Rumpk" {
    const built = try fixture.build();
    for (fixture.host) |host| {
        try expect(stage2.walker.reaches(built.pool.reader(), built.root, host.base, host.size) == null);
    }
    // A manifest that asks for a page of it, through any kind of range, gives no plan.
    for ([_]u64{ 0x4000_0000, 0x47ff_f000, 0x5800_0000, 0x5eff_f000 }) |pa| {
        var manifest = fixture.manifest();
        var ranges: nipcell.cell_plan.Ranges = .{};
        manifest.device_buffer[0].pa = .from(pa);
        manifest.device_buffer[0].size = 0x1000;
        try expectEqual(.host_owned, fixture.planOf(&manifest, &ranges).refused.reason);
        try expectEqual(.device_over_memory, check(&manifest, fixture.board).?.reason);
        manifest = fixture.manifest();
        manifest.ion_pa = .from(pa & ~@as(u64, 0xff_ffff));
        try expectEqual(.host_owned, fixture.planOf(&manifest, &ranges).refused.reason);
        try expectEqual(.ion_host_owned, check(&manifest, fixture.board).?.reason);
        manifest = fixture.manifest();
        manifest.carve_out = .from(pa & ~@as(u64, 0x1f_ffff), 0x20_0000);
        try expectEqual(.host_owned, fixture.planOf(&manifest, &ranges).refused.reason);
        try expectEqual(.carve_out_host_owned, check(&manifest, fixture.board).?.reason);
    }
}

test "attributes: device, normal, execute-never" {
    const built = try fixture.build();
    var devices: usize = 0;
    var executable: u64 = 0;
    var leaves = stage2.walker.leaves(built.pool.reader(), built.root);
    while (leaves.next()) |leaf| {
        const is_device = leaf.ipa.raw() < 0x4000_0000;
        try expectEqual(is_device, leaf.device);
        try expectEqual(!is_device, leaf.write_back);
        if (is_device) devices += 1;
        if (leaf.executable) {
            executable += leaf.size;
            try expect(leaf.ipa.raw() >= 0x4800_0000 and leaf.ipa.raw() < 0x5800_0000);
        }
    }
    try expectEqual(16 + 16 + 1, devices);
    try expectEqual(0x1000_0000, executable);
}

test "DTB patched: memory, chosen, reserved-memory" {
    const manifest = fixture.manifest();
    const window: fdt.Region = .{ .address = 0x9000_0000, .size = 0x0100_0000 };
    for ([_]bool{ true, false }) |reserved_before| {
        var room: [8192]u8 = @splat(0);
        @memcpy(room[0..fixture.cell_blob.len], fixture.cell_blob);
        var editor = try fdt.Editor.open(&room);
        try editor.setRegion("/memory", .{ .address = 0, .size = 0x1000 });
        if (!reserved_before) {
            try editor.removeProperty("/reserved-memory/ion", "compatible");
            try editor.setRegion("/reserved-memory/ion", .{ .address = 0x5000_0000, .size = 0x1000 });
        }
        const outcome = nipcell.guest_dtb.patch(&room, &manifest, stagedInitramfs(0x57a0_0000, 4099));
        try expect(outcome == .patched);
        const tree = try fdt.Tree.parse(room[0..outcome.patched.size]);
        const memory = (try fdt.boot.memoryNode(tree).?.region(0)).?;
        try expectEqual(fdt.Region{ .address = 0x4800_0000, .size = 0x1000_0000 }, memory);
        try expectEqual(fdt.Region{ .address = 0x57a0_0000, .size = 4099 }, fdt.boot.initrd(tree).?);
        try expect(fdt.boot.isReservedNoMap(tree, window));
        try expectEqualStrings("console=ttyAMA0 ion_base=0x90000000", fdt.boot.bootargs(tree));
    }
    // Something else where the window is: refused, not papered over.
    var room: [8192]u8 = @splat(0);
    @memcpy(room[0..fixture.cell_blob.len], fixture.cell_blob);
    var editor = try fdt.Editor.open(&room);
    try editor.setRegion("/reserved-memory/ion", .{ .address = 0x9000_0000, .size = 0x1000 });
    try expectEqual(.reservation_conflict, nipcell.guest_dtb.patch(&room, &manifest, stagedInitramfs(0x5000_0000, 1)).refused);
}

fn stagedInitramfs(base: u64, size: u64) nipcell.staging.Staged {
    const item: nipcell.staging.Item = .{ .span = .from(base, size), .digest = @splat(0) };
    return .{ .image = item, .initramfs = item, .dtb = item };
}

test "command line carries ion_base; overflow refused" {
    const withIonBase = nipcell.command_line.withIonBase;
    const base = 0x9000_0000;
    const own = "ion_base=0x90000000";
    var buffer: [nipcell.command_line.size_max]u8 = undefined;
    for ([_][]const u8{ own, "quiet " ++ own, own ++ " quiet", "a=b\t" ++ own ++ " -- x" }) |line| {
        try expectEqualStrings(line, try withIonBase(line, base, &buffer));
    }
    try expectEqualStrings(own, try withIonBase("", base, &buffer));
    try expectEqualStrings(own ++ " quiet", try withIonBase("quiet", base, &buffer));
    // What comes after "--" is init's, and another key is another key.
    try expectEqualStrings(own ++ " a -- " ++ own, try withIonBase("a -- " ++ own, base, &buffer));
    try expectEqualStrings(own ++ " x" ++ own, try withIonBase("x" ++ own, base, &buffer));
    for ([_][]const u8{ "ion_base=0x80000000", "ion_base=0x9000000", own ++ " " ++ own, "ion_base=" }) |line| {
        try expectError(error.ConflictingIonBase, withIonBase(line, base, &buffer));
    }
    const long: [2048]u8 = @splat('a');
    try expectError(error.Overflow, withIonBase(&long, base, &buffer));
    try expectError(error.Overflow, withIonBase(own ++ " " ++ long, base, &buffer));
    try expectError(error.Overflow, withIonBase(long[0 .. 2048 - own.len - 1], base, &buffer));
    const longest = try withIonBase(long[0 .. 2047 - own.len - 1], base, &buffer);
    try expectEqual(2047, longest.len);
    try expect(std.mem.startsWith(u8, longest, own ++ " aaa"));
}

test "ION header seeded with version and sizes" {
    @memset(&fixture.ion_window, 0xa5);
    ion.seed(&fixture.ion_window, .{ .epoch = 3, .counter_frequency_hz = 62_500_000 });
    const word = struct {
        fn at(offset: usize) u32 {
            return std.mem.readInt(u32, fixture.ion_window[offset..][0..4], .little);
        }
    }.at;
    try expectEqual(0x494f4e52, word(0));
    try expectEqual(1, word(4));
    try expectEqual(64, word(8));
    try expectEqual(0x0100_0000, word(12));
    try expectEqual(3, word(16));
    try expectEqual(ion.abi.sections.len, word(40));
    try expectEqual(ion.abi.rings.len, word(48));
    try expectEqual(1, word(56));
    const accepted = ion.layout.check(ion.Window.init(&fixture.ion_window)).accepted;
    for (ion.abi.rings, accepted.ringSlice()) |expected, found| try expectEqual(expected, found);
    for (ion.abi.sections, accepted.sectionSlice()) |expected, found| try expectEqual(expected, found);
    for (fixture.ion_window[0x1000..]) |byte| if (byte != 0) return error.OldByte;
}

test "each missing precondition gives its own fail-closed result" {
    var results: std.EnumSet(nipcell.start.Result) = .empty;
    const gates = comptime std.enums.values(nipcell.Gate);
    for (gates) |missing| {
        var cell = nipcell.Cell.init(0);
        // Everything that can be passed without it.
        for (gates) |gate| if (gate != missing) cell.pass(gate) catch |failure| try expectEqual(error.OutOfOrder, failure);
        const result = nipcell.nipcell_start_result(&cell);
        try expect(result != .started and result != .already_started and result != .not_reset);
        try expect(!results.contains(result));
        results.insert(result);
        try expect(cell.state != .running and cell.takeTicket() == null);
        // Asking again changes nothing; passing it and the rest starts.
        try expectEqual(result, nipcell.nipcell_start_result(&cell));
        for (gates) |gate| try cell.pass(gate);
        try expectEqual(.started, nipcell.nipcell_start_result(&cell));
        // A refusal at this gate says the same, and keeps nothing.
        var refused = nipcell.Cell.init(0);
        for (gates) |gate| try refused.pass(gate);
        try refused.refuse(missing);
        try expectEqual(result, nipcell.nipcell_start_result(&refused));
        try expectEqual(0, refused.passed.count());
    }
    try expectEqual(gates.len, results.count());
    var nothing = nipcell.Cell.init(0);
    try expectEqual(.no_hypervisor, nipcell.nipcell_start_result(&nothing));
    var unstaged = nipcell.Cell.init(0);
    try unstaged.pass(.hypervisor);
    try unstaged.pass(.manifest);
    try expectEqual(.image_not_staged, nipcell.nipcell_start_result(&unstaged));
}

test "only legal state transitions" {
    const State = nipcell.start.State;
    const Event = nipcell.start.Event;
    const legal = [_]struct { State, Event, State }{
        .{ .empty, .pass, .preparing },     .{ .empty, .refuse, .refused },
        .{ .preparing, .pass, .preparing }, .{ .preparing, .refuse, .refused },
        .{ .preparing, .start, .running },  .{ .running, .stop, .stopped },
        .{ .stopped, .reset, .empty },      .{ .refused, .reset, .empty },
    };
    for (std.enums.values(State)) |state| {
        for (std.enums.values(Event)) |event| {
            var expected: ?State = null;
            for (legal) |transition| {
                if (transition[0] == state and transition[1] == event) expected = transition[2];
            }
            var cell = cellIn(state);
            const before = cell;
            const outcome: nipcell.start.Error!void = switch (event) {
                .pass => cell.pass(.hypervisor),
                .refuse => cell.refuse(.manifest),
                .stop => cell.stop(),
                .reset => cell.reset(),
                .start => if (nipcell.nipcell_start_result(&cell) == .started) {} else error.IllegalTransition,
            };
            if (expected) |next| {
                try outcome;
                try expectEqual(next, cell.state);
            } else {
                try expectError(error.IllegalTransition, outcome);
                try expectEqual(before, cell);
            }
        }
    }
}

/// A cell brought into a state by the only ways there are; in `preparing` every gate is passed.
fn cellIn(state: nipcell.start.State) nipcell.Cell {
    var cell = nipcell.Cell.init(1);
    if (state == .empty) return cell;
    for (std.enums.values(nipcell.Gate)) |gate| cell.pass(gate) catch unreachable;
    switch (state) {
        .empty, .preparing => {},
        .running => std.debug.assert(nipcell.nipcell_start_result(&cell) == .started),
        .stopped => {
            std.debug.assert(nipcell.nipcell_start_result(&cell) == .started);
            cell.stop() catch unreachable;
        },
        .refused => cell.refuse(.image) catch unreachable,
    }
    return cell;
}

test "started only after every gate" {
    const gates = comptime std.enums.values(nipcell.Gate);
    // Every subset of gates: started if and only if it is all of them.
    for (0..1 << gates.len) |subset| {
        var cell = nipcell.Cell.init(0);
        for (gates, 0..) |gate, index| if (subset >> @intCast(index) & 1 == 1) cell.pass(gate) catch {};
        const all = subset == (1 << gates.len) - 1;
        try expectEqual(all, nipcell.nipcell_start_result(&cell) == .started);
        try expectEqual(all, cell.state == .running);
        try expectEqual(all, cell.ticket != null);
    }
    // The ticket is one, for one life; a second life needs every gate again.
    var cell = nipcell.Cell.init(1);
    for (gates) |gate| try cell.pass(gate);
    try expectEqual(.started, nipcell.nipcell_start_result(&cell));
    try expectEqual(.already_started, nipcell.nipcell_start_result(&cell));
    try expectEqual(1, cell.takeTicket().?.epoch);
    try expect(cell.takeTicket() == null);
    try cell.stop();
    try expectEqual(.not_reset, nipcell.nipcell_start_result(&cell));
    try cell.reset();
    try expectEqual(.no_hypervisor, nipcell.nipcell_start_result(&cell));
    for (gates) |gate| try cell.pass(gate);
    try expectEqual(.started, nipcell.nipcell_start_result(&cell));
    try expectEqual(2, cell.takeTicket().?.epoch);
    try cell.stop();
    try expectError(error.RestartBudgetSpent, cell.reset());
}
