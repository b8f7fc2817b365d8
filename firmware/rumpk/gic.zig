// SPDX-License-Identifier: Apache-2.0
//! The board's interrupt controller: the one driver that its board.dtb asks for.

const hal = @import("hal");
const board = @import("board.zig").info;

pub const gic = hal.gic.Controller(board.gic);
