// SPDX-License-Identifier: Apache-2.0
//! It says hello on the PL011 and has PSCI switch the machine off.
const uart: *volatile u32 = @ptrFromInt(0x0900_0000);

export fn main() noreturn {
    for ("hello\n") |byte| uart.* = byte;
    while (true) asm volatile ("smc #0" : : [off] "{x0}" (0x8400_0008) : .{ .memory = true });
}

comptime {
    asm (@embedFile("head.S"));
}
