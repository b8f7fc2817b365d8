// SPDX-License-Identifier: Apache-2.0
//! Cadence UART of the Zynq family, transmit side (AMD UG1087, module UART). The baud
//! rate stays as firmware left it, and with it the prescaler in the mode register.

const Bare = @import("bare.zig").Bare;

const Offset = struct {
    const control: u64 = 0x00;
    const mode: u64 = 0x04;
    const status: u64 = 0x2c;
    const fifo: u64 = 0x30;
};

const control_receive_enable: u32 = 1 << 2;
const control_transmit_enable: u32 = 1 << 4;
/// Wins over the enable bit; set after reset.
const control_transmit_disable: u32 = 1 << 5;

/// CLKS: the baud generator's clock is divided by eight.
const mode_prescaler: u32 = 1 << 0;
/// Bits 9 to 1: normal channel mode, one stop bit, no parity, eight bits.
const mode_8n1: u32 = 0x20;
const mode_mask: u32 = 0x3fe;

const status_transmit_empty: u32 = 1 << 3;
const status_transmit_full: u32 = 1 << 4;
/// The shift register still sends; QEMU's model never sets it.
const status_transmit_active: u32 = 1 << 11;

/// QEMU's model holds 16 bytes; the Zynq's FIFO holds 64.
const fifo_depth = 16;

pub fn Cadence(comptime Bus: type) type {
    return struct {
        const Self = @This();

        pub const compatible = [_][]const u8{ "cdns,uart-r1p12", "cdns,uart-r1p8", "xlnx,xuartps" };

        /// No FIFO is reset: what firmware said last may still be in it.
        pub const bare: Bare = .{
            .setup = &.{.{
                .offset = Offset.control,
                .value = control_receive_enable | control_transmit_enable,
            }},
            .status = Offset.status,
            .full = status_transmit_full,
            .data = Offset.fifo,
        };

        base: u64,

        pub fn init(self: Self) void {
            self.set(Offset.mode, self.get(Offset.mode) & mode_prescaler | mode_8n1);
            for (bare.setup) |step| self.set(step.offset, step.value);
        }

        /// One look at the status fills the whole FIFO: under a hypervisor or an emulator
        /// each register access costs more than the byte it moves.
        pub fn write(self: Self, bytes: []const u8) void {
            for (bytes, 0..) |byte, i| {
                if (i % fifo_depth == 0) {
                    while (self.get(Offset.status) & status_transmit_empty == 0) {}
                }
                self.set(Offset.fifo, byte);
            }
        }

        /// Waits until the last bit has left: a power-off right behind a line must not
        /// eat it.
        pub fn drain(self: Self) void {
            const both = status_transmit_empty | status_transmit_active;
            while (self.get(Offset.status) & both != status_transmit_empty) {}
        }

        /// Reads how the device is set up and whether it sends, into `facts`, and requires
        /// it. This UART has no identification registers: its mode tells it from others.
        pub fn examine(self: Self, facts: anytype) !void {
            const mode = self.get(Offset.mode);
            facts.hex("mode", mode);
            try facts.require(mode & mode_mask == mode_8n1, "the mode 8N1 to read back");
            const control = self.get(Offset.control);
            facts.hex("control", control);
            const transmit = control_transmit_enable | control_transmit_disable;
            const enabled = control & transmit == control_transmit_enable;
            try facts.require(enabled, "an enabled transmitter");
            self.drain();
            const status = self.get(Offset.status);
            facts.hex("status", status);
            const empty = status & status_transmit_empty != 0;
            try facts.require(empty, "everything said so far to have left");
        }

        /// For a sabotage: `examine` must notice it.
        pub fn disableTransmitter(self: Self) void {
            self.set(Offset.control, self.get(Offset.control) | control_transmit_disable);
        }

        fn get(self: Self, offset: u64) u32 {
            return Bus.read(self.base + offset);
        }

        fn set(self: Self, offset: u64, value: u32) void {
            Bus.write(self.base + offset, value);
        }
    };
}
