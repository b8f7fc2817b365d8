// SPDX-License-Identifier: Apache-2.0
//! Valves: Rumpk's side of a service. Each asks the gate before it moves anything.

pub const block = @import("block.zig");
pub const BlockValve = block.BlockValve;

test {
    _ = @import("tests/block_test.zig");
}
