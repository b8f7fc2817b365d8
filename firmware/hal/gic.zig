// SPDX-License-Identifier: Apache-2.0
//! The board's interrupt controller, whichever version it is, and the table of handlers
//! for interrupts taken at EL2.

const GicV2 = @import("gicv2.zig").GicV2;
const GicV3 = @import("gicv3.zig").GicV3;

pub const Gic = union(enum) {
    v2: GicV2,
    v3: GicV3,

    pub fn version(self: Gic) u8 {
        return switch (self) {
            .v2 => 2,
            .v3 => 3,
        };
    }
};

pub const Handler = *const fn (intid: u32) void;

/// Rumpk's own interrupts are SGIs, PPIs and the first SPIs (virtio-mmio's are 48..79).
const handled_intids = 128;

var controller: ?Gic = null;
var handlers: [handled_intids]?Handler = @splat(null);

/// Interrupts acknowledged that nobody had asked for. Not fatal, never silent.
pub var unexpected_count: u64 = 0;

pub fn init(gic: Gic) void {
    controller = gic;
    switch (gic) {
        inline else => |driver| driver.init(),
    }
}

pub fn get() ?Gic {
    return controller;
}

/// Puts the controller back into its reset state, for a cell that gets all of it.
pub fn quiesce() void {
    switch (controller orelse return) {
        inline else => |driver| driver.quiesce(),
    }
}

/// Shared peripheral interrupts the controller implements: INTIDs 32 to 32 + this - 1.
pub fn spiCount() u32 {
    return switch (controller orelse return 0) {
        inline else => |driver| driver.lineGroups() * 32 - 32,
    };
}

pub fn setHandler(intid: u32, handler: ?Handler) void {
    handlers[intid] = handler;
}

pub fn enable(intid: u32) void {
    switch (controller orelse return) {
        inline else => |driver| driver.enable(intid),
    }
}

pub fn disable(intid: u32) void {
    switch (controller orelse return) {
        inline else => |driver| driver.disable(intid),
    }
}

pub fn setPending(intid: u32) void {
    switch (controller orelse return) {
        inline else => |driver| driver.setPending(intid),
    }
}

pub fn sendSgiToSelf(intid: u4) void {
    switch (controller orelse return) {
        inline else => |driver| driver.sendSgiToSelf(intid),
    }
}

/// Takes every interrupt that is pending for this core. Called by the IRQ vector.
pub fn dispatch() void {
    switch (controller orelse return) {
        inline else => |driver| while (driver.acknowledge()) |acknowledged| {
            deliver(acknowledged & 0x3ff);
            driver.end(acknowledged);
        },
    }
}

fn deliver(intid: u32) void {
    if (intid < handled_intids) {
        if (handlers[intid]) |handler| return handler(intid);
    }
    unexpected_count += 1;
}
