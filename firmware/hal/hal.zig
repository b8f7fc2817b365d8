// SPDX-License-Identifier: Apache-2.0
//! Hardware layer: one file a device or a part of the core. Knows no cell and no board.

pub const barrier = @import("barrier.zig");
pub const cache = @import("cache.zig");
pub const core = @import("core.zig");
pub const gic = @import("gic.zig");
pub const irq = @import("irq.zig");
pub const mmio = @import("mmio.zig");
pub const mmu = @import("mmu.zig");
pub const psci = @import("psci.zig").On(core);
pub const say = @import("say.zig");
pub const sysreg = @import("sysreg.zig");
pub const timer = @import("timer.zig").On(core);
pub const uart = @import("uart/uart.zig");
pub const virtio_blk = @import("virtio_blk.zig");
pub const virtio_mmio = @import("virtio_mmio.zig");
pub const Gic = gic.Gic;
pub const Uart = uart.Uart;

test {
    _ = @import("gic_test.zig");
    _ = @import("psci_test.zig");
    _ = @import("timer_test.zig");
    _ = mmu;
    _ = say;
    _ = uart;
    _ = @import("uart/cadence_test.zig");
    _ = @import("uart/pl011_test.zig");
    _ = virtio_blk;
}
