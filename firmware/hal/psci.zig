// SPDX-License-Identifier: Apache-2.0
//! The platform's PSCI, as Rumpk calls it (Arm DEN 0022). At EL2 the conduit is SMC. An
//! EL1 boot without EL2 meets QEMU's PSCI behind HVC on virt, behind SMC on xlnx-zcu102.

pub const Function = enum(u32) {
    version = 0x8400_0000,
    system_off = 0x8400_0008,
    system_reset = 0x8400_0009,
    features = 0x8400_000a,
    cpu_on = 0xc400_0003,
    affinity_info = 0xc400_0004,
    _,
};

pub fn On(comptime Core: type) type {
    return struct {
        /// PSCI version as major << 16 | minor.
        pub fn version() u32 {
            return @truncate(Core.smc(@backingInt(Function.version), 0, 0, 0));
        }

        pub fn systemOff() noreturn {
            end(.system_off);
        }

        pub fn systemReset() noreturn {
            end(.system_reset);
        }

        pub fn exceptionLevel() u2 {
            return @truncate(Core.read("currentel") >> 2);
        }

        fn end(function: Function) noreturn {
            request(function);
            while (true) Core.wfi();
        }

        /// Asks firmware for an end of the machine; comes back where nobody serves it. At EL1
        /// one conduit is tried, then the other: where the core has neither EL2 nor EL3, the
        /// one that the machine does not serve is an undefined instruction.
        pub fn request(function: Function) void {
            const number = @backingInt(function);
            switch (exceptionLevel()) {
                2 => _ = Core.smc(number, 0, 0, 0),
                1 => {
                    Core.hvcOrSkip(number);
                    _ = Core.smc(number, 0, 0, 0);
                },
                // At EL3 Rumpk would be the firmware: there is nobody to call.
                else => {},
            }
        }
    };
}
