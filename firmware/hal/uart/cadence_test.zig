// SPDX-License-Identifier: Apache-2.0
//! The Cadence UART driver against a fake register file.

const std = @import("std");
const Facts = @import("../fake/facts.zig").Facts;
const Bus = @import("../fake/register_file.zig").RegisterFile(0xff00_0000, 0x48);
const Write = @import("../fake/register_file.zig").Write;
const Cadence = @import("cadence.zig").Cadence(Bus);

const testing = std.testing;
const uart: Cadence = .{ .base = 0xff00_0000 };

const control = 0x00;
const mode = 0x04;
const status = 0x2c;
const fifo = 0x30;
const empty = 1 << 3;
const full = 1 << 4;
const active = 1 << 11;

/// What the reset leaves: both directions disabled, a break stopped, an empty FIFO.
fn startReset() void {
    Bus.reset();
    Bus.put(control, 0x128);
    Bus.put(status, empty);
}

test "init: mode 8N1 and both directions enabled, no FIFO reset, baud rate stays" {
    startReset();
    uart.init();
    const expected = [_]Write{
        .{ .offset = mode, .value = 0x20 },
        .{ .offset = control, .value = 0x14 },
    };
    try testing.expectEqualSlices(Write, &expected, Bus.writes());
}

test "init: the prescaler is firmware's, loop-back and parity are not" {
    startReset();
    Bus.put(mode, 0x3ff);
    uart.init();
    try testing.expectEqual(0x21, Bus.writes()[0].value);
}

test "write: an empty FIFO before each sixteen bytes, every byte once and in order" {
    startReset();
    uart.init();
    Bus.script(status, &.{ full, 0, empty, full, empty });
    const text = "a line of more than sixteen bytes\n";
    var buffer: [64]u8 = undefined;
    uart.write(text);
    try testing.expectEqualStrings(text, Bus.bytesTo(fifo, &buffer));
    // Three FIFOs full: three looks, two, one.
    try testing.expectEqual(3 + 2 + 1, Bus.readsOf(status));
}

test "write: nothing is said by nothing" {
    startReset();
    uart.write("");
    try testing.expectEqual(0, Bus.writes().len);
    try testing.expectEqual(0, Bus.readsOf(status));
}

test "drain: an empty FIFO and an idle shift register" {
    startReset();
    Bus.script(status, &.{ 0, active, empty | active, empty });
    uart.drain();
    try testing.expectEqual(4, Bus.readsOf(status));
}

test "examine: a UART that sends" {
    startReset();
    uart.init();
    var facts: Facts = .{};
    try uart.examine(&facts);
    try testing.expectEqual(0x20, facts.get("mode").?);
    try testing.expectEqual(0x14, facts.get("control").?);
    try testing.expectEqual(empty, facts.get("status").?);
}

test "examine: a mode that does not read back, also without any device" {
    for ([_]u32{ 0, 0x220, 0x28, 0xffff_ffff }) |value| {
        startReset();
        uart.init();
        Bus.put(mode, value);
        var facts: Facts = .{};
        try testing.expectError(error.Failed, uart.examine(&facts));
        try testing.expectEqualStrings("the mode 8N1 to read back", facts.failure);
    }
}

test "examine: a transmitter that was switched off is found, and nothing waits for it" {
    startReset();
    uart.init();
    uart.disableTransmitter();
    Bus.put(status, full);
    var facts: Facts = .{};
    try testing.expectError(error.Failed, uart.examine(&facts));
    try testing.expectEqualStrings("an enabled transmitter", facts.failure);
    try testing.expectEqual(0x34, facts.get("control").?);
}

test "bare: a full FIFO is told by TFUL" {
    try testing.expectEqual(status, Cadence.bare.status);
    try testing.expectEqual(full, Cadence.bare.full);
    try testing.expectEqual(fifo, Cadence.bare.data);
}
