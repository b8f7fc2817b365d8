// SPDX-License-Identifier: Apache-2.0
//! What the stub has to know of the board at compile time: its own address.

const fdt = @import("fdt");

/// Physical address the stub is linked at (`/nexus,board` stub-address).
pub const stub_address: u64 = blk: {
    @setEvalBranchQuota(400_000);
    const tree = fdt.Tree.parse(@embedFile("board.dtb")) catch |err|
        @compileError("board.dtb is not a device tree: " ++ @errorName(err));
    const node = tree.find("/nexus,board") orelse @compileError("board.dtb: no node /nexus,board");
    const property = node.property("stub-address") orelse @compileError("board.dtb: no /nexus,board stub-address");
    break :blk property.asNumber() catch @compileError("board.dtb: stub-address is not one number");
};
