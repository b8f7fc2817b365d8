// SPDX-License-Identifier: Apache-2.0
//! The board's UART, whichever it is. A driver is a file beside this one and one line of
//! the union; its compatible strings stand in its own file.

const std = @import("std");
const mmio = @import("../mmio.zig");

pub const Bare = @import("bare.zig").Bare;

/// Known when Rumpk is compiled: `switch (uart) { inline else => |driver| … }` on a board's
/// constant takes in one driver, and no code of the others.
pub const Uart = On(mmio.Words);

/// The same over any bus: a type with `read(address)` and `write(address, value)` of words.
pub fn On(comptime Bus: type) type {
    return union(enum) {
        const Self = @This();

        pl011: @import("pl011.zig").Pl011(Bus),
        cadence: @import("cadence.zig").Cadence(Bus),

        /// The UART at `base` whose driver takes this compatible string; null: none does.
        pub fn find(compatible: []const u8, base: u64) ?Self {
            inline for (@typeInfo(Self).@"union".field_names) |field| {
                const Driver = @FieldType(Self, field);
                for (Driver.compatible) |name| {
                    if (std.mem.eql(u8, name, compatible))
                        return @unionInit(Self, field, .{ .base = base });
                }
            }
            return null;
        }

        /// Every compatible string that has a driver, for messages.
        pub const known: []const u8 = blk: {
            var text: []const u8 = "";
            for (@typeInfo(Self).@"union".field_names) |name| {
                for (@FieldType(Self, name).compatible) |one| {
                    text = text ++ (if (text.len == 0) "" else ", ") ++ one;
                }
            }
            break :blk text;
        };
    };
}

test "each compatible string leads to its driver, with the base it was given" {
    const rows = [_]struct { []const u8, std.meta.Tag(Uart) }{
        .{ "arm,pl011", .pl011 },
        .{ "cdns,uart-r1p8", .cadence },
        .{ "cdns,uart-r1p12", .cadence },
        .{ "xlnx,xuartps", .cadence },
    };
    for (rows) |row| {
        const found = Uart.find(row[0], 0xff00_0000).?;
        try std.testing.expectEqual(row[1], std.meta.activeTag(found));
        switch (found) {
            inline else => |driver| try std.testing.expectEqual(0xff00_0000, driver.base),
        }
        try std.testing.expect(std.mem.indexOf(u8, Uart.known, row[0]) != null);
    }
}

test "a UART without a driver is none, nor is part of a name" {
    for ([_][]const u8{ "ns16550a", "arm,pl01", "arm,pl0111", "" }) |compatible| {
        try std.testing.expectEqual(null, Uart.find(compatible, 0));
    }
}

test "no compatible string has two drivers" {
    var names = std.mem.splitSequence(u8, Uart.known, ", ");
    while (names.next()) |name| {
        try std.testing.expectEqual(1, std.mem.countScalar(u8, name, ','));
        var rest = names;
        while (rest.next()) |other| try std.testing.expect(!std.mem.eql(u8, name, other));
    }
}
