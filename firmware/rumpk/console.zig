// SPDX-License-Identifier: Apache-2.0
//! The board's UART as the sink of everything Rumpk says.

const hal = @import("hal");
const board = @import("board.zig").info;

const uart = hal.Pl011{ .base = board.uart };

pub fn init() void {
    uart.init();
    hal.say.setSink(write);
}

fn write(bytes: []const u8) void {
    uart.write(bytes);
}

/// Waits for the last character: nothing said is lost to a power-off.
pub fn drain() void {
    uart.drain();
}
