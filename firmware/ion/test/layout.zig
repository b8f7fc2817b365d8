// SPDX-License-Identifier: Apache-2.0
//! Header and tables judged: the seeded window is accepted, and each field that matters is refused by name when it is wrong.
const std = @import("std");
const ion = @import("ion");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const Problem = ion.layout.Problem;

fn set(offset: usize, value: u32) void {
    std.mem.writeInt(u32, fixture.bytes[offset..][0..4], value, .little);
}

fn verdict() ion.layout.Verdict {
    return ion.layout.check(ion.Window.init(&fixture.bytes));
}

test "the seeded window is accepted" {
    _ = fixture.seeded();
    const layout = verdict().accepted;
    try expectEqual(7, layout.header.epoch);
    try expectEqual(ion.abi.rings.len, layout.ringSlice().len);
    try expectEqual(ion.abi.sections.len, layout.sectionSlice().len);
    const found = layout.find(.block_request).?;
    try expectEqual(5, found.index);
    try expectEqual(0x801, found.ring.channel);
}

test "header fields" {
    const Case = struct { usize, u32, Problem };
    const cases = [_]Case{
        .{ 0, 0x524e4f49, .bad_magic },
        .{ 4, 2, .unsupported_version },
        .{ 4, 0, .unsupported_version },
        .{ 8, 60, .bad_header_size },
        .{ 12, 0x0080_0000, .bad_window_size },
        .{ 16, 0, .no_epoch },
        .{ 40, 0, .bad_section_table },
        .{ 40, 17, .bad_section_table },
        .{ 40, 0xffff_ffff, .bad_section_table },
        .{ 44, 0x84, .bad_section_table },
        .{ 44, 0x38, .bad_section_table },
        .{ 44, 0xff8, .bad_section_table },
        .{ 44, 0xffff_fff8, .bad_section_table },
        .{ 44, 0x200, .bad_ring_table },
        .{ 48, 0, .bad_ring_table },
        .{ 48, 17, .bad_ring_table },
        .{ 52, 0x80, .bad_ring_table },
        .{ 52, 0xe80, .bad_ring_table },
        .{ 52, 0x20, .bad_ring_table },
        .{ 56, 0, .not_ready },
        .{ 56, 2, .not_ready },
        .{ 56, 77, .not_ready },
        .{ 40, 5, .section_gap_or_overlap },
        // A table shifted by one entry ends in an entry of zeros.
        .{ 52, 0x240, .ring_direction },
    };
    for (cases) |case| {
        _ = fixture.seeded();
        set(case[0], case[1]);
        const result = verdict();
        if (result != .refused) std.debug.print("offset {d} = {x} was accepted\n", .{ case[0], case[1] });
        try expectEqual(case[2], result.refused);
    }
}

test "section entries" {
    const Case = struct { usize, usize, u32, Problem };
    const cases = [_]Case{
        .{ 1, 0, 0x1800, .section_unaligned },
        .{ 1, 4, 0x800, .section_unaligned },
        .{ 1, 4, 0, .section_unaligned },
        .{ 1, 0, 0x2000, .section_gap_or_overlap },
        .{ 1, 4, 0x2000, .section_gap_or_overlap },
        .{ 5, 4, 0x0070_0000, .section_gap_or_overlap },
        .{ 5, 4, 0xfff0_0000, .section_gap_or_overlap },
        .{ 0, 8, 3, .section_access },
        .{ 1, 8, 3, .section_access },
        .{ 2, 8, 1, .section_access },
        .{ 4, 8, 3, .section_access },
        .{ 5, 8, 0, .section_access },
        .{ 3, 12, 9, .section_access },
    };
    for (cases) |case| {
        _ = fixture.seeded();
        set(0x80 + case[0] * 16 + case[1], case[2]);
        try expectEqual(case[3], verdict().refused);
    }
}

test "ring entries" {
    const Case = struct { usize, usize, u32, Problem };
    const channel = 0;
    const direction = 4;
    const slot_count = 8;
    const slot_size = 12;
    const slots = 16;
    const producer = 20;
    const consumer = 24;
    const pool = 28;
    const pool_size = 32;
    const buffer_size = 36;
    const buffer_count = 40;
    const cases = [_]Case{
        .{ 1, channel, 0x1000, .channel_duplicate },
        .{ 0, direction, 0, .ring_direction },
        .{ 0, direction, 3, .ring_direction },
        .{ 0, direction, 2, .ring_outside_section },
        .{ 0, slot_count, 0, .ring_capacity },
        .{ 0, slot_count, 255, .ring_capacity },
        .{ 0, slot_count, 0x8000_0000, .ring_capacity },
        .{ 0, slot_size, 24, .ring_slot_size },
        .{ 0, slot_size, 0x0100_0020, .ring_slot_size },
        .{ 0, slots, 0x0080_0000, .ring_outside_section },
        .{ 0, slots, 0x0020_0010, .ring_outside_section },
        .{ 0, slots, 0x007f_ffe0, .ring_outside_section },
        .{ 0, slots, 0xffff_ffe0, .ring_outside_section },
        .{ 0, slots, 0x0020_3000, .ring_overlap },
        .{ 2, slots, 0x0021_0000, .ring_overlap },
        .{ 0, producer, 0x2000, .ring_index_cell },
        .{ 0, producer, 0x1040, .ring_index_cell },
        .{ 0, producer, 0x1f80 + 0x80, .ring_index_cell },
        .{ 0, consumer, 0x1000, .ring_index_cell },
        .{ 1, consumer, 0x1000, .ring_overlap },
        .{ 1, producer, 0x2000, .ring_overlap },
        .{ 0, pool, 0x0080_0000, .ring_outside_section },
        .{ 0, pool, 0x0021_0020, .ring_pool },
        .{ 0, pool, 0x007f_8000, .ring_outside_section },
        .{ 0, pool_size, 0x20000, .ring_pool },
        .{ 0, pool_size, 0xffff_0000, .ring_outside_section },
        .{ 0, buffer_size, 512, .ring_pool },
        .{ 0, buffer_count, 0, .ring_pool },
        .{ 0, buffer_count, 128, .ring_pool },
    };
    for (cases) |case| {
        _ = fixture.seeded();
        set(0x200 + case[0] * 64 + case[1], case[2]);
        const result = verdict();
        if (result != .refused or result.refused != case[3]) std.debug.print("ring {d} field {d} = {x}\n", .{ case[0], case[1], case[2] });
        try expectEqual(case[3], result.refused);
    }
}

test "slots and pool of one ring may not overlap" {
    // A pool of one page in the middle of the slots, which touches no other ring.
    for ([_]u32{ 0x0020_0000, 0x0020_0fc0, 0x0020_1fc0 }) |offset| {
        _ = fixture.seeded();
        set(0x200 + 28, offset);
        set(0x200 + 32, 64);
        set(0x200 + 36, 64);
        set(0x200 + 40, 1);
        try expectEqual(.ring_overlap, verdict().refused);
    }
}

test "random tables never get past the judge with an unsafe ring" {
    var state = std.Random.DefaultPrng.init(5);
    const random = state.random();
    var accepted: usize = 0;
    for (0..200_000) |_| {
        var rings = ion.abi.rings;
        const words: *[rings.len * 16]u32 = @ptrCast(&rings);
        for (0..1 + random.uintLessThan(usize, 3)) |_| {
            const place = random.uintLessThan(usize, words.len);
            words[place] = switch (random.uintLessThan(u8, 4)) {
                0 => random.int(u32),
                1 => words[place] ^ @as(u32, 1) << random.int(u5),
                2 => words[place] +% 0x1000,
                else => words[random.uintLessThan(usize, words.len)],
            };
        }
        if (ion.layout.judgeTables(&ion.abi.sections, &rings) != null) continue;
        accepted += 1;
        for (rings) |ring| try expectSafe(ring);
    }
    try expect(accepted > 100 and accepted < 150_000);
}

/// What the ring code relies on, written out again.
fn expectSafe(ring: ion.abi.Ring) !void {
    try expect(@popCount(ring.slot_count) == 1);
    const to_guest = ring.direction == 1;
    const data = ion.abi.sections[if (to_guest) 4 else 5];
    const slots_end = @as(u64, ring.slots_offset) + @as(u64, ring.slot_count) * 32;
    try expect(ring.slots_offset >= data.offset and slots_end <= @as(u64, data.offset) + data.size);
    const pool_end = @as(u64, ring.pool_offset) + ring.pool_size;
    try expect(ring.pool_offset >= data.offset and pool_end <= @as(u64, data.offset) + data.size);
    const own: u32 = if (to_guest) 0x1000 else 0x2000;
    const other: u32 = if (to_guest) 0x2000 else 0x1000;
    try expect(ring.producer_offset >= own and ring.producer_offset + 128 <= own + 0x1000);
    try expect(ring.consumer_offset >= other and ring.consumer_offset + 128 <= other + 0x1000);
}
