// SPDX-License-Identifier: Apache-2.0
//! GICv2 distributor and CPU interface (Arm IHI 0048B). One group, as QEMU's machine and
//! most boards give it to a non-secure hypervisor.

const mmio = @import("mmio.zig");

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

pub const GicV2 = struct {
    distributor: u64,
    cpu_interface: u64,

    pub fn init(self: GicV2) void {
        self.quiesce();
        mmio.write(u32, self.cpu_interface + CpuInterface.priority_mask, 0xff);
        mmio.write(u32, self.cpu_interface + CpuInterface.control, 1);
        mmio.write(u32, self.distributor + Distributor.control, 1);
    }

    /// Reset state: nothing enabled, pending or active, interfaces off. What a cell that
    /// is given the whole controller finds.
    pub fn quiesce(self: GicV2) void {
        mmio.write(u32, self.distributor + Distributor.control, 0);
        mmio.write(u32, self.cpu_interface + CpuInterface.control, 0);
        for (0..self.lineGroups()) |group| {
            const offset = self.distributor + 4 * group;
            mmio.write(u32, offset + Distributor.clear_enable, 0xffff_ffff);
            mmio.write(u32, offset + Distributor.clear_pending, 0xffff_ffff);
            mmio.write(u32, offset + Distributor.clear_active, 0xffff_ffff);
        }
    }

    pub fn enable(self: GicV2, intid: u32) void {
        mmio.write(u8, self.distributor + Distributor.priority + intid, default_priority);
        if (intid >= 32) mmio.write(u8, self.distributor + Distributor.target + intid, 1);
        self.setBit(Distributor.set_enable, intid);
    }

    pub fn disable(self: GicV2, intid: u32) void {
        self.setBit(Distributor.clear_enable, intid);
    }

    /// Makes an interrupt pending as if its line had risen: the doorbell into a guest.
    pub fn setPending(self: GicV2, intid: u32) void {
        self.setBit(Distributor.set_pending, intid);
    }

    pub fn sendSgiToSelf(self: GicV2, intid: u4) void {
        mmio.write(u32, self.distributor + Distributor.software, software_to_self | intid);
    }

    /// The register's value: the INTID, and for an SGI also who sent it (needed by `end`).
    pub fn acknowledge(self: GicV2) ?u32 {
        const value = mmio.read(u32, self.cpu_interface + CpuInterface.acknowledge);
        return if (value & 0x3ff >= first_special_intid) null else value;
    }

    pub fn end(self: GicV2, acknowledged: u32) void {
        mmio.write(u32, self.cpu_interface + CpuInterface.end, acknowledged);
    }

    fn setBit(self: GicV2, register: u64, intid: u32) void {
        const bit: u5 = @truncate(intid);
        mmio.write(u32, self.distributor + register + intid / 32 * 4, @as(u32, 1) << bit);
    }

    /// Groups of 32 interrupt lines the distributor has (GICD_TYPER.ITLinesNumber).
    pub fn lineGroups(self: GicV2) u32 {
        return (mmio.read(u32, self.distributor + Distributor.kind) & 0x1f) + 1;
    }
};
