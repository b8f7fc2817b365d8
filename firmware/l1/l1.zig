// SPDX-License-Identifier: Apache-2.0
//! L1: the kernel's logic above the hardware layer. It runs on the host as it runs on
//! the board; whatever it needs of a machine it is handed.

pub const authority = @import("authority.zig");
pub const capability = @import("capability.zig");
pub const context = @import("context.zig");
pub const fiber = @import("fiber.zig");
pub const gate = @import("gate.zig");
pub const harmonic = @import("harmonic.zig");
pub const kernel = @import("kernel.zig");
pub const ledger = @import("ledger.zig");
pub const pages = @import("pages.zig");
pub const pledge = @import("pledge.zig");
pub const systable = @import("systable.zig");

pub const Authority = authority.Authority;
pub const Channel = gate.Channel;
pub const Fiber = fiber.Fiber;
pub const Kernel = kernel.Kernel;
pub const Ledger = ledger.Ledger;
pub const Pages = pages.Pages;
pub const PhysicalAddress = pages.PhysicalAddress;
pub const Pledge = pledge.Pledge;
pub const Spectrum = pledge.Spectrum;
pub const SysTable = systable.SysTable;

test {
    _ = @import("tests/authority_test.zig");
    _ = @import("tests/context_test.zig");
    _ = @import("tests/gate_test.zig");
    _ = @import("tests/harmonic_test.zig");
    _ = @import("tests/kernel_test.zig");
    _ = @import("tests/ledger_test.zig");
    _ = @import("tests/pages_test.zig");
    _ = @import("tests/pledge_test.zig");
    _ = @import("tests/systable_test.zig");
}
