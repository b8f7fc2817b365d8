// SPDX-License-Identifier: Apache-2.0
//! GICv3 distributor, the boot core's redistributor, and the CPU interface in system
//! registers (Arm IHI 0069). Group 1 non-secure only; no ITS.

const Distributor = struct {
    const control: u64 = 0x000;
    const kind: u64 = 0x004;
};

/// Offsets shared by the distributor (SPIs) and a redistributor's SGI frame (SGIs, PPIs).
const Lines = struct {
    const group: u64 = 0x080;
    const set_enable: u64 = 0x100;
    const clear_enable: u64 = 0x180;
    const set_pending: u64 = 0x200;
    const clear_pending: u64 = 0x280;
    const clear_active: u64 = 0x380;
    const priority: u64 = 0x400;
};

const redistributor_waker: u64 = 0x014;
const redistributor_sgi_frame: u64 = 0x1_0000;
const waker_processor_sleep: u32 = 1 << 1;
const waker_children_asleep: u32 = 1 << 2;
const control_affinity_routing: u32 = 1 << 4;
const control_group1: u32 = 1 << 1;
const sre_enable_all: u64 = 0xf;
const first_special_intid: u64 = 1020;
const default_priority: u8 = 0xa0;

pub fn GicV3(comptime Bus: type, comptime Core: type) type {
    return struct {
        const Self = @This();

        distributor: u64,
        redistributor: u64,

        pub fn init(self: Self) void {
            Core.write("icc_sre_el2", sre_enable_all);
            Core.isb();
            self.quiesce();
            const waker = self.redistributor + redistributor_waker;
            Bus.write(u32, waker, Bus.read(u32, waker) & ~waker_processor_sleep);
            while (Bus.read(u32, waker) & waker_children_asleep != 0) {}
            Bus.write(u32, self.distributor + Distributor.control, control_affinity_routing | control_group1);
            Core.write("icc_pmr_el1", 0xff);
            Core.write("icc_igrpen1_el1", 1);
            Core.isb();
        }

        pub fn quiesce(self: Self) void {
            Bus.write(u32, self.distributor + Distributor.control, control_affinity_routing);
            Core.write("icc_igrpen1_el1", 0);
            Core.isb();
            for (0..self.lineGroups()) |group| {
                const frame = self.frameOf(@intCast(group * 32)) + 4 * group;
                Bus.write(u32, frame + Lines.clear_enable, 0xffff_ffff);
                Bus.write(u32, frame + Lines.clear_pending, 0xffff_ffff);
                Bus.write(u32, frame + Lines.clear_active, 0xffff_ffff);
                Bus.write(u32, frame + Lines.group, 0xffff_ffff);
            }
        }

        pub fn enable(self: Self, intid: u32) void {
            Bus.write(u8, self.frameOf(intid) + Lines.priority + intid, default_priority);
            self.setBit(Lines.set_enable, intid);
        }

        pub fn disable(self: Self, intid: u32) void {
            self.setBit(Lines.clear_enable, intid);
        }

        pub fn setPending(self: Self, intid: u32) void {
            self.setBit(Lines.set_pending, intid);
        }

        pub fn sendSgiToSelf(_: Self, intid: u4) void {
            const mpidr = Core.read("mpidr_el1");
            const target = @as(u64, 1) << @as(u4, @truncate(mpidr));
            const affinity = (mpidr >> 8 & 0xff) << 16 | (mpidr >> 16 & 0xff) << 32 | (mpidr >> 32 & 0xff) << 48;
            Core.write("icc_sgi1r_el1", affinity | @as(u64, intid) << 24 | target);
            Core.isb();
        }

        pub fn acknowledge(_: Self) ?u32 {
            const value = Core.read("icc_iar1_el1");
            Core.dsbSy();
            return if (value >= first_special_intid and value < 8192) null else @truncate(value);
        }

        pub fn end(_: Self, acknowledged: u32) void {
            Core.write("icc_eoir1_el1", acknowledged);
            Core.isb();
        }

        /// Groups of 32 interrupt lines the distributor has (GICD_TYPER.ITLinesNumber).
        pub fn lineGroups(self: Self) u32 {
            return (Bus.read(u32, self.distributor + Distributor.kind) & 0x1f) + 1;
        }

        /// SGIs and PPIs are the redistributor's, SPIs the distributor's (IHI 0069 8.9, 8.11).
        fn frameOf(self: Self, intid: u32) u64 {
            return if (intid < 32) self.redistributor + redistributor_sgi_frame else self.distributor;
        }

        fn setBit(self: Self, register: u64, intid: u32) void {
            const bit: u5 = @truncate(intid);
            Bus.write(u32, self.frameOf(intid) + register + intid / 32 * 4, @as(u32, 1) << bit);
        }
    };
}
