// SPDX-License-Identifier: Apache-2.0
//! PL011 UART, transmit side (Arm DDI 0183, chapter 3). The baud rate stays as firmware
//! left it: a board that needs another one says so before Rumpk starts.

const Bare = @import("bare.zig").Bare;

const Offset = struct {
    const data: u64 = 0x00;
    const flags: u64 = 0x18;
    const line_control: u64 = 0x2c;
    const control: u64 = 0x30;
    const peripheral_id: u64 = 0xfe0;
    const cell_id: u64 = 0xff0;
};

const flag_busy: u32 = 1 << 3;
const flag_transmit_full: u32 = 1 << 5;
const flag_transmit_empty: u32 = 1 << 7;
/// The smallest FIFO of the family (r1p4 and before; later ones hold 32).
const fifo_depth = 16;
const line_8n1_fifo: u32 = 0x70;
const control_enable: u32 = 1 << 0;
const control_transmit: u32 = 1 << 8;
const control_receive: u32 = 1 << 9;

/// UARTPeriphID0-3 (3.3.15): part number 0x011, designer 0x41; the revision above differs
/// by board.
const part_mask: u32 = 0xf_ffff;
const part: u32 = 0x4_1011;
/// UARTPCellID0-3.
const primecell: u32 = 0xb105_f00d;

pub fn Pl011(comptime Bus: type) type {
    return struct {
        const Self = @This();

        pub const compatible = [_][]const u8{"arm,pl011"};

        pub const bare: Bare = .{
            .setup = &.{
                .{ .offset = Offset.line_control, .value = line_8n1_fifo },
                .{
                    .offset = Offset.control,
                    .value = control_enable | control_transmit | control_receive,
                },
            },
            .status = Offset.flags,
            .full = flag_transmit_full,
            .data = Offset.data,
        };

        base: u64,

        pub fn init(self: Self) void {
            for (bare.setup) |step| self.set(step.offset, step.value);
        }

        /// One look at the flags fills the whole FIFO: under a hypervisor or an emulator
        /// each register access costs more than the byte it moves.
        pub fn write(self: Self, bytes: []const u8) void {
            for (bytes, 0..) |byte, i| {
                if (i % fifo_depth == 0) {
                    while (self.get(Offset.flags) & flag_transmit_empty == 0) {}
                }
                self.set(Offset.data, byte);
            }
        }

        /// Waits until the last bit has left: a power-off right behind a line must not
        /// eat it.
        pub fn drain(self: Self) void {
            while (self.get(Offset.flags) & flag_busy != 0) {}
        }

        /// Reads what the device is and whether it sends, into `facts`, and requires it.
        pub fn examine(self: Self, facts: anytype) !void {
            const peripheral = self.identification(Offset.peripheral_id);
            const cell = self.identification(Offset.cell_id);
            facts.hex("peripheral", peripheral);
            facts.hex("cell", cell);
            const known = peripheral & part_mask == part and cell == primecell;
            try facts.require(known, "the identification of a PL011");
            const control = self.get(Offset.control);
            facts.hex("control", control);
            const enabled = control_enable | control_transmit;
            try facts.require(control & enabled == enabled, "an enabled transmitter");
            self.drain();
            const flags = self.get(Offset.flags);
            facts.hex("flags", flags);
            const empty = flags & flag_transmit_empty != 0;
            try facts.require(empty, "everything said so far to have left");
        }

        /// For a sabotage: `examine` must notice it.
        pub fn disableTransmitter(self: Self) void {
            self.set(Offset.control, self.get(Offset.control) & ~control_transmit);
        }

        /// Four identification registers, a byte in each.
        fn identification(self: Self, offset: u64) u32 {
            var value: u32 = 0;
            for (0..4) |index| {
                const byte = self.get(offset + 4 * index) & 0xff;
                value |= byte << @intCast(8 * index);
            }
            return value;
        }

        fn get(self: Self, offset: u64) u32 {
            return Bus.read(self.base + offset);
        }

        fn set(self: Self, offset: u64, value: u32) void {
            Bus.write(self.base + offset, value);
        }
    };
}
