// SPDX-License-Identifier: Apache-2.0
//! The board's UART as the sink of everything Rumpk says.

const hal = @import("hal");
const board = @import("board.zig").info;
const Facts = @import("selftest/facts.zig").Facts;
const Failure = @import("selftest/facts.zig").Failure;

/// The board's one driver, picked at compile time: the code of no other is linked in.
const uart = switch (board.uart) {
    inline else => |driver| driver,
};

/// For the entry assembly, which must send before any code here can run.
pub const bare: hal.uart.Bare = @TypeOf(uart).bare;

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

/// Self-test 5: what the driver finds when it looks at its own device.
pub fn examine(facts: *Facts) Failure!void {
    return uart.examine(facts);
}

pub fn disableTransmitter() void {
    uart.disableTransmitter();
}
