// SPDX-License-Identifier: Apache-2.0
//! The board's UART as the sink of everything Rumpk says.

const fdt = @import("fdt");
const hal = @import("hal");
const board = @import("board.zig").info;
const Facts = @import("selftest/facts.zig").Facts;
const Failure = @import("selftest/facts.zig").Failure;

/// The board's one driver, picked at compile time: the code of no other is linked in.
const Driver = switch (board.uart) {
    inline else => |driver| @TypeOf(driver),
};

/// Where the machine has it; 0: nowhere, and what is said stays in memory alone.
var base: u64 = 0;

fn uart() Driver {
    return .{ .base = base };
}

/// For the entry assembly, which must send before any code here can run.
pub const bare: hal.uart.Bare = Driver.bare;

/// The console where the board has it.
pub fn init() void {
    start(board.uart_registers.address);
}

/// Where the machine has it instead, to say so before the run ends.
pub fn initAt(elsewhere: u64) hal.mmu.Error!void {
    // What the board has as RAM is mapped as that: a device there would not see the writes.
    if (fdt.holding(board.memory, elsewhere, 1) != null) return error.AlreadyMapped;
    try hal.mmu.mapDevice(elsewhere, board.uart_registers.size);
    hal.barrier.dsbSy();
    hal.barrier.isb();
    start(elsewhere);
}

/// For a fault before the console was looked for: better where the board has it than not.
pub fn initUnlessUp() void {
    if (base == 0) init();
}

fn start(address: u64) void {
    base = address;
    uart().init();
    hal.say.setSink(write);
}

fn write(bytes: []const u8) void {
    uart().write(bytes);
}

/// Waits for the last character: nothing said is lost to a power-off.
pub fn drain() void {
    if (base != 0) uart().drain();
}

/// Self-test 5: what the driver finds when it looks at its own device.
pub fn examine(facts: *Facts) Failure!void {
    return uart().examine(facts);
}

pub fn disableTransmitter() void {
    uart().disableTransmitter();
}
