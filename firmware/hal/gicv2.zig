// SPDX-License-Identifier: Apache-2.0
//! GICv2 distributor and CPU interface (Arm IHI 0048B). One group, as QEMU's machine and
//! most boards give it to a non-secure hypervisor.

const Distributor = struct {
    const control: u64 = 0x000;
    const kind: u64 = 0x004;
    const set_enable: u64 = 0x100;
    const clear_enable: u64 = 0x180;
    const set_pending: u64 = 0x200;
    const clear_pending: u64 = 0x280;
    const clear_active: u64 = 0x380;
    const priority: u64 = 0x400;
    const target: u64 = 0x800;
    const config: u64 = 0xc00;
    const software: u64 = 0xf00;
};

const CpuInterface = struct {
    const control: u64 = 0x000;
    const priority_mask: u64 = 0x004;
    const acknowledge: u64 = 0x00c;
    const end: u64 = 0x010;
};

/// INTID 1020..1023 of an acknowledge mean "nothing for you" (IHI 0048B 3.2.5).
const first_special_intid: u32 = 1020;
const default_priority: u8 = 0xa0;
const software_to_self: u32 = 2 << 24;

pub fn GicV2(comptime Bus: type) type {
    return struct {
        const Self = @This();

        distributor: u64,
        cpu_interface: u64,

        pub fn init(self: Self) void {
            self.quiesce();
            Bus.write(u32, self.cpu_interface + CpuInterface.priority_mask, 0xff);
            Bus.write(u32, self.cpu_interface + CpuInterface.control, 1);
            Bus.write(u32, self.distributor + Distributor.control, 1);
        }

        /// Reset state: nothing enabled, pending or active, interfaces off. What a cell that
        /// is given the whole controller finds.
        pub fn quiesce(self: Self) void {
            Bus.write(u32, self.distributor + Distributor.control, 0);
            Bus.write(u32, self.cpu_interface + CpuInterface.control, 0);
            for (0..self.lineGroups()) |group| {
                const offset = self.distributor + 4 * group;
                Bus.write(u32, offset + Distributor.clear_enable, 0xffff_ffff);
                Bus.write(u32, offset + Distributor.clear_pending, 0xffff_ffff);
                Bus.write(u32, offset + Distributor.clear_active, 0xffff_ffff);
            }
        }

        pub fn enable(self: Self, intid: u32) void {
            Bus.write(u8, self.distributor + Distributor.priority + intid, default_priority);
            if (intid >= 32) Bus.write(u8, self.distributor + Distributor.target + intid, 1);
            self.setBit(Distributor.set_enable, intid);
        }

        pub fn disable(self: Self, intid: u32) void {
            self.setBit(Distributor.clear_enable, intid);
        }

        /// Makes an interrupt pending as if its line had risen: the doorbell into a guest.
        pub fn setPending(self: Self, intid: u32) void {
            self.setBit(Distributor.set_pending, intid);
        }

        pub fn sendSgiToSelf(self: Self, intid: u4) void {
            Bus.write(u32, self.distributor + Distributor.software, software_to_self | intid);
        }

        /// The register's value: the INTID, and for an SGI also who sent it (needed by `end`).
        pub fn acknowledge(self: Self) ?u32 {
            const value = Bus.read(u32, self.cpu_interface + CpuInterface.acknowledge);
            return if (value & 0x3ff >= first_special_intid) null else value;
        }

        pub fn end(self: Self, acknowledged: u32) void {
            Bus.write(u32, self.cpu_interface + CpuInterface.end, acknowledged);
        }

        fn setBit(self: Self, register: u64, intid: u32) void {
            const bit: u5 = @truncate(intid);
            Bus.write(u32, self.distributor + register + intid / 32 * 4, @as(u32, 1) << bit);
        }

        /// Groups of 32 interrupt lines the distributor has (GICD_TYPER.ITLinesNumber).
        pub fn lineGroups(self: Self) u32 {
            return (Bus.read(u32, self.distributor + Distributor.kind) & 0x1f) + 1;
        }
    };
}
