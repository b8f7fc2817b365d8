// SPDX-License-Identifier: Apache-2.0
//! The PL011 driver against a fake register file.

const std = @import("std");
const Facts = @import("../fake/facts.zig").Facts;
const Bus = @import("../fake/register_file.zig").RegisterFile(0x0900_0000, 0x1000);
const Write = @import("../fake/register_file.zig").Write;
const Pl011 = @import("pl011.zig").Pl011(Bus);

const testing = std.testing;
const uart: Pl011 = .{ .base = 0x0900_0000 };

const flags = 0x18;
const control = 0x30;
const idle = 1 << 7 | 1 << 4;
const sending = 1 << 3;

/// A device that is what it should be, after `init`.
fn startGood() void {
    Bus.reset();
    for ([_]u32{ 0x11, 0x10, 0x14, 0x00 }, 0..) |byte, index| Bus.put(0xfe0 + 4 * index, byte);
    for ([_]u32{ 0x0d, 0xf0, 0x05, 0xb1 }, 0..) |byte, index| Bus.put(0xff0 + 4 * index, byte);
    Bus.put(flags, idle);
    uart.init();
}

test "init: the line first, then the enables; baud rate and interrupts stay" {
    Bus.reset();
    uart.init();
    const expected = [_]Write{
        .{ .offset = 0x2c, .value = 0x70 },
        .{ .offset = control, .value = 0x301 },
    };
    try testing.expectEqualSlices(Write, &expected, Bus.writes());
}

test "write: an empty FIFO before each sixteen bytes, every byte once and in order" {
    startGood();
    Bus.script(flags, &.{ sending, sending, idle, sending, idle });
    const text = "a line of more than sixteen bytes\n";
    var buffer: [64]u8 = undefined;
    uart.write(text);
    try testing.expectEqualStrings(text, Bus.bytesTo(0, &buffer));
    // Three FIFOs full: three looks, two, one.
    try testing.expectEqual(3 + 2 + 1, Bus.readsOf(flags));
}

test "write: nothing is said by nothing" {
    startGood();
    const before = Bus.writes().len;
    uart.write("");
    try testing.expectEqual(before, Bus.writes().len);
    try testing.expectEqual(0, Bus.readsOf(flags));
}

test "drain: until the last bit has left, not until the FIFO is empty" {
    startGood();
    Bus.script(flags, &.{ sending, sending | idle, idle });
    uart.drain();
    try testing.expectEqual(3, Bus.readsOf(flags));
}

test "examine: a PL011 that sends, of any revision" {
    startGood();
    Bus.put(0xfe8, 0x34);
    var facts: Facts = .{};
    try uart.examine(&facts);
    try testing.expectEqual(0x34_1011, facts.get("peripheral").?);
    try testing.expectEqual(0xb105_f00d, facts.get("cell").?);
    try testing.expectEqual(0x301, facts.get("control").?);
    try testing.expectEqual(idle, facts.get("flags").?);
}

test "examine: another part, another designer, no PrimeCell" {
    for ([_]u64{ 0xfe0, 0xfe4, 0xfe8, 0xff0, 0xffc }) |offset| {
        startGood();
        Bus.put(offset, 0x0a);
        var facts: Facts = .{};
        try testing.expectError(error.Failed, uart.examine(&facts));
        try testing.expectEqualStrings("the identification of a PL011", facts.failure);
    }
}

test "examine: a transmitter that was switched off is found, and nothing waits for it" {
    startGood();
    uart.disableTransmitter();
    Bus.put(flags, sending);
    var facts: Facts = .{};
    try testing.expectError(error.Failed, uart.examine(&facts));
    try testing.expectEqualStrings("an enabled transmitter", facts.failure);
    try testing.expectEqual(0x201, facts.get("control").?);
}

test "examine: bytes that stay in the FIFO" {
    startGood();
    Bus.put(flags, 0);
    var facts: Facts = .{};
    try testing.expectError(error.Failed, uart.examine(&facts));
    try testing.expectEqualStrings("everything said so far to have left", facts.failure);
}

test "bare: a full FIFO is told by TXFF" {
    try testing.expectEqual(0x18, Pl011.bare.status);
    try testing.expectEqual(1 << 5, Pl011.bare.full);
    try testing.expectEqual(0, Pl011.bare.data);
}
