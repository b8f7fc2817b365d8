// SPDX-License-Identifier: Apache-2.0
//! Stage-2 translation for one cell: plan (data) -> validate -> build (table bytes) -> register values.
//! 39-bit IPA, 4 KiB granule, one level 1 root. Nothing here touches hardware.
pub const address = @import("address.zig");
pub const plan = @import("plan.zig");
pub const descriptor = @import("descriptor.zig");
pub const builder = @import("builder.zig");
pub const registers = @import("registers.zig");
pub const walker = @import("walker.zig");
pub const change = @import("change.zig");

pub const Ipa = address.Ipa;
pub const Pa = address.Pa;
pub const Range = plan.Range;
pub const HostRange = plan.HostRange;
pub const Plan = plan.Plan;
pub const validate = plan.validate;
pub const Table = descriptor.Table;
pub const TablePool = builder.TablePool;
pub const build = builder.build;
pub const Vmid = registers.Vmid;
pub const vtcr = registers.vtcr;
pub const vttbr = registers.vttbr;
