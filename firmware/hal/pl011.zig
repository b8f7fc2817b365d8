// SPDX-License-Identifier: Apache-2.0
//! PL011 UART, transmit side (Arm DDI 0183, chapter 3). The baud rate stays as firmware
//! left it: a board that needs another one says so before Rumpk starts.

const mmio = @import("mmio.zig");

const Offset = struct {
    const data: u64 = 0x00;
    const flags: u64 = 0x18;
    const line_control: u64 = 0x2c;
    const control: u64 = 0x30;
};

const flag_busy: u32 = 1 << 3;
const flag_transmit_empty: u32 = 1 << 7;
/// The smallest FIFO of the family (r1p4 and before; later ones hold 32).
const fifo_depth = 16;
const line_8n1_fifo: u32 = 0x70;
const control_enable_tx_rx: u32 = 1 << 0 | 1 << 8 | 1 << 9;

pub const Pl011 = struct {
    base: u64,

    pub fn init(self: Pl011) void {
        mmio.write(u32, self.base + Offset.line_control, line_8n1_fifo);
        mmio.write(u32, self.base + Offset.control, control_enable_tx_rx);
    }

    /// One look at the flags fills the whole FIFO: under a hypervisor or an emulator each
    /// register access costs more than the byte it moves.
    pub fn write(self: Pl011, bytes: []const u8) void {
        for (bytes, 0..) |byte, i| {
            if (i % fifo_depth == 0) {
                while (self.flags() & flag_transmit_empty == 0) {}
            }
            mmio.write(u32, self.base + Offset.data, byte);
        }
    }

    /// Waits until the last bit has left: a power-off right behind a line must not eat it.
    pub fn drain(self: Pl011) void {
        while (self.flags() & flag_busy != 0) {}
    }

    fn flags(self: Pl011) u32 {
        return mmio.read(u32, self.base + Offset.flags);
    }
};
