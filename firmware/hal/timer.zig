// SPDX-License-Identifier: Apache-2.0
//! Generic timer at EL2: the physical counter, and the hypervisor's own timer CNTHP,
//! which no guest can touch (Arm ARM D11.2).

const control_enable: u64 = 1 << 0;

pub fn On(comptime Core: type) type {
    return struct {
        /// Ticks since power-on. The barrier keeps the read from drifting ahead of earlier
        /// work.
        pub fn now() u64 {
            Core.isb();
            return Core.read("cntpct_el0");
        }

        /// Ticks a second.
        pub fn frequency() u64 {
            return Core.read("cntfrq_el0");
        }

        /// Asks for one interrupt once `now()` reaches `deadline_ticks`.
        pub fn arm(deadline_ticks: u64) void {
            Core.write("cnthp_cval_el2", deadline_ticks);
            Core.write("cnthp_ctl_el2", control_enable);
            Core.isb();
        }

        pub fn disarm() void {
            Core.write("cnthp_ctl_el2", 0);
            Core.isb();
        }
    };
}
