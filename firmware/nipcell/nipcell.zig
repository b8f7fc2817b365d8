// SPDX-License-Identifier: Apache-2.0
//! A Linux cell from its bundle to the gate of the hand-off: manifest, staging, device tree, stage-2 plan, ION window and the
//! start state machine. Pure: bytes in, bytes and verdicts out.
pub const Span = @import("span.zig").Span;
pub const Board = @import("board.zig").Board;
pub const manifest = @import("manifest.zig");
pub const Manifest = manifest.Manifest;
pub const manifest_check = @import("manifest_check.zig");
pub const image = @import("image.zig");
pub const cpio = @import("cpio.zig");
pub const sums = @import("sums.zig");
pub const move = @import("copy.zig").move;
pub const copy = @import("copy.zig").copy;
pub const sha512 = @import("sha512.zig");
pub const bundle = @import("bundle.zig");
pub const placement = @import("placement.zig");
pub const staging = @import("staging.zig");
pub const command_line = @import("command_line.zig");
pub const guest_dtb = @import("guest_dtb.zig");
pub const cell_plan = @import("cell_plan.zig");
pub const start = @import("start.zig");
pub const prepare = @import("prepare.zig");

pub const Cell = start.Cell;
pub const Gate = start.Gate;
pub const Ticket = start.Ticket;
pub const nipcell_start_result = start.nipcell_start_result;
