// SPDX-License-Identifier: Apache-2.0
//! Seeding: the bytes at their places, and nothing of an earlier life.
const std = @import("std");
const ion = @import("ion");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;

fn word(offset: usize) u32 {
    return std.mem.readInt(u32, fixture.bytes[offset..][0..4], .little);
}

fn doubleWord(offset: usize) u64 {
    return std.mem.readInt(u64, fixture.bytes[offset..][0..8], .little);
}

test "header words at the offsets of the ABI" {
    _ = fixture.seeded();
    try expectEqual(0x494f4e52, word(0));
    try expect(std.mem.eql(u8, "RNOI", fixture.bytes[0..4]));
    try expectEqual(1, word(4));
    try expectEqual(64, word(8));
    try expectEqual(0x0100_0000, word(12));
    try expectEqual(7, doubleWord(16));
    try expectEqual(ion.abi.header_feature.event_index, doubleWord(24));
    try expectEqual(62_500_000, doubleWord(32));
    try expectEqual(6, word(40));
    try expectEqual(0x80, word(44));
    try expectEqual(8, word(48));
    try expectEqual(0x200, word(52));
    try expectEqual(1, word(56));
    // Second section: host control, read-only; second ring: console output, guest to host.
    try expectEqual(0x1000, word(0x80 + 16));
    try expectEqual(1, word(0x80 + 24));
    try expectEqual(0x1001, word(0x200 + 64));
    try expectEqual(2, word(0x200 + 68));
}

test "nothing of an earlier life is left (R13)" {
    @memset(&fixture.bytes, 0xa5);
    _ = fixture.seeded();
    var tables: usize = 0x200 + ion.abi.rings.len * @sizeOf(ion.abi.Ring);
    for (fixture.bytes[tables..]) |byte| if (byte != 0) return error.OldByte;
    tables = 0x80 + ion.abi.sections.len * @sizeOf(ion.abi.Section);
    for (fixture.bytes[tables..0x200]) |byte| if (byte != 0) return error.OldByte;
}

test "other tables and another state" {
    var parameters = fixture.parameters;
    parameters.rings = ion.abi.rings[0..2];
    parameters.epoch = 0x1_0000_0009;
    ion.seed(&fixture.bytes, parameters);
    try expectEqual(2, word(48));
    try expectEqual(0x1_0000_0009, doubleWord(16));
    try expectEqual(0, word(0x200 + 2 * 64));
    const window = ion.Window.init(&fixture.bytes);
    const layout = ion.layout.check(window).accepted;
    try expect(layout.find(.net_receive) == null);
    try expect(layout.find(.console_output) != null);
    ion.setHostState(&fixture.bytes, .closing);
    try expectEqual(2, word(56));
    try expectEqual(.not_ready, ion.layout.check(window).refused);
}
