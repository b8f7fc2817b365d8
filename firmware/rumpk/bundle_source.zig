// SPDX-License-Identifier: Apache-2.0
//! Where the cell's bundle comes from: the loader's initrd. It is read where it lies, which
//! may well be where the cell's own memory will be.

const fdt = @import("fdt");
const board = @import("board.zig").info;
const halt = @import("halt.zig");
const memory = @import("memory.zig");
const Machine = @import("machine.zig").Machine;

/// The bundle's bytes where the loader put them. Ends the run when it gave none.
pub fn find(machine: Machine) []const u8 {
    const source = machine.initrd orelse
        halt.stop(.no_bundle, "the boot loader names no initrd: expected the cell's bundle " ++
            "(QEMU: -initrd cell.cpio)", .{});
    const ram = fdt.holding(board.memory, source.address, source.size);
    if (ram == null) halt.stop(.no_bundle, "the initrd at 0x{x}, {d} bytes, is not in RAM", .{
        source.address, source.size,
    });
    const scratch = board.scratch;
    if (source.address < scratch.address + scratch.size and scratch.address < source.address + source.size) {
        halt.stop(.no_bundle, "the initrd at 0x{x}, {d} bytes, lies in Rumpk's scratch memory at 0x{x}, {d} bytes: " ++
            "expected it outside", .{ source.address, source.size, scratch.address, scratch.size });
    }
    return memory.bytes(source.address, source.size);
}

/// What the members beside the Image are kept in while the cell is staged.
pub fn keep() []u8 {
    return memory.bytes(board.scratch.address, board.scratch.size);
}
