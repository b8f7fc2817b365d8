// SPDX-License-Identifier: Apache-2.0
//! Binds the assembly of the first page to the board's addresses and to the trap frame.

const std = @import("std");
const board = @import("board.zig").info;
const image_bank = @import("board.zig").image_bank;
const console = @import("console.zig");
const Frame = @import("trap.zig").Frame;

const uart = board.uart_registers.address;

const constants = std.fmt.comptimePrint(
    \\.global RUMPK_BASE, RUMPK_STUB_BASE
    \\.set RUMPK_BASE, {d}
    \\.set RUMPK_STUB_BASE, {d}
    \\.set RUMPK_TEXT_OFFSET, {d}
    \\.set UART_STATUS, {d}
    \\.set UART_FULL, {d}
    \\.set UART_DATA, {d}
    \\.set FRAME_SIZE, {d}
    \\.set FRAME_ELR, {d}
    \\
, .{
    board.image_address,
    board.stub_address,
    board.image_address - image_bank.address,
    uart + console.bare.status,
    console.bare.full,
    uart + console.bare.data,
    @sizeOf(Frame),
    @offsetOf(Frame, "elr"),
});

/// Enables the UART's transmitter; x1 and w2 are free.
const uart_setup = blk: {
    var text: []const u8 = ".macro uart_setup\n";
    for (console.bare.setup) |step| text = text ++ std.fmt.comptimePrint(
        \\ldr x1, ={d}
        \\ldr w2, ={d}
        \\str w2, [x1]
        \\
    , .{ uart + step.offset, step.value });
    break :blk text ++ ".endm\n";
};

comptime {
    asm (constants ++ uart_setup ++ @embedFile("entry.S"));
}

/// The stub is its own link; here it is bytes at the address it was linked for.
const stub_image = @embedFile("el2-stub.bin");
export const rumpk_el2_stub: [stub_image.len]u8 linksection(".el2stub") = stub_image.*;

/// Places the linker script names. Addresses only: they hold no object.
pub const Linker = struct {
    pub extern const __image_start: u8;
    pub extern const __text_end: u8;
    pub extern const __rodata_end: u8;
    pub extern const __bss_end: u8;
    pub extern const __stack_guard: u8;
    pub extern const __stack_bottom: u8;
    pub extern const __stack_top: u8;
    pub extern const __exception_stack_guard: u8;
    pub extern const __exception_stack_bottom: u8;
    pub extern const __exception_stack_top: u8;
    pub extern const __image_end: u8;
};

pub fn addressOf(comptime symbol: []const u8) u64 {
    return @intFromPtr(&@field(Linker, symbol));
}

extern const rumpk_vectors: u8;
extern const kernel_exception: u8;

pub fn vectors() u64 {
    return @intFromPtr(&rumpk_vectors);
}

/// Where the stub sends an exception of its own.
pub fn faultHandler() u64 {
    return @intFromPtr(&kernel_exception);
}
