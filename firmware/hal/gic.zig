// SPDX-License-Identifier: Apache-2.0
//! The board's interrupt controller, whichever version it is, and the table of handlers
//! for interrupts taken at EL2.

const std = @import("std");
const core = @import("core.zig");
const mmio = @import("mmio.zig");

/// Known when Rumpk is compiled: see `Controller`.
pub const Gic = On(mmio, core);

/// The drivers over any bus and core: a bus has `read(T, address)` and
/// `write(T, address, value)`.
pub fn On(comptime Bus: type, comptime Core: type) type {
    return union(enum) {
        const Self = @This();

        v2: @import("gicv2.zig").GicV2(Bus),
        v3: @import("gicv3.zig").GicV3(Bus, Core),

        pub fn version(self: Self) u8 {
            return switch (self) {
                .v2 => 2,
                .v3 => 3,
            };
        }
    };
}

pub const Handler = *const fn (intid: u32) void;

/// Rumpk's own interrupts are SGIs, PPIs and the first SPIs; one beyond is unexpected.
const handled_intids = 128;

/// The one controller of a board, a constant `Gic`: the code of no other driver is taken in.
pub fn Controller(comptime gic: anytype) type {
    return struct {
        const driver = switch (gic) {
            inline else => |one| one,
        };

        var handlers: [handled_intids]?Handler = @splat(null);

        /// Interrupts acknowledged that nobody had asked for. Not fatal, never silent.
        pub var unexpected_count: u64 = 0;

        pub fn init() void {
            driver.init();
        }

        /// Puts the controller back into its reset state, for a cell that gets all of it.
        pub fn quiesce() void {
            driver.quiesce();
        }

        /// Shared peripheral interrupts the controller implements: INTIDs 32 to 32 + this - 1.
        pub fn spiCount() u32 {
            return driver.lineGroups() * 32 - 32;
        }

        pub fn setHandler(intid: u32, handler: ?Handler) void {
            std.debug.assert(intid < handled_intids);
            handlers[intid] = handler;
        }

        pub fn enable(intid: u32) void {
            driver.enable(intid);
        }

        pub fn disable(intid: u32) void {
            driver.disable(intid);
        }

        pub fn setPending(intid: u32) void {
            driver.setPending(intid);
        }

        pub fn sendSgiToSelf(intid: u4) void {
            driver.sendSgiToSelf(intid);
        }

        /// Takes every interrupt that is pending for this core. Called by the IRQ vector.
        pub fn dispatch() void {
            while (driver.acknowledge()) |acknowledged| {
                deliver(acknowledged & 0x3ff);
                driver.end(acknowledged);
            }
        }

        fn deliver(intid: u32) void {
            if (intid < handled_intids) {
                if (handlers[intid]) |handler| return handler(intid);
            }
            unexpected_count += 1;
        }
    };
}
