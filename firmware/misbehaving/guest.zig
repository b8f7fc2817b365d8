// SPDX-License-Identifier: Apache-2.0
//! The guest is assembly throughout: what it does is single instructions.
const options = @import("options");

comptime {
    asm (@embedFile("guest.S") ++ @embedFile("steps/" ++ options.steps ++ ".S"));
}
