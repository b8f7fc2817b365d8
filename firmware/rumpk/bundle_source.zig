// SPDX-License-Identifier: Apache-2.0
//! Where the cell's bundle comes from: the loader's initrd. It is moved to Rumpk's scratch
//! memory first, because a loader may have put it where the cell's own memory will be.

const board = @import("board.zig").info;
const halt = @import("halt.zig");
const memory = @import("memory.zig");
const Machine = @import("machine.zig").Machine;

/// The bundle's bytes, in scratch memory. Ends the run when the loader gave none. The
/// machine's device tree may be overwritten from here on: it lies next to the initrd.
pub fn load(machine: Machine) []const u8 {
    const source = machine.initrd orelse
        halt.stop(.no_bundle, "the machine's device tree names no initrd: expected the cell's bundle " ++
            "(QEMU: -initrd cell.cpio)", .{});
    const ram = board.memory;
    const in_ram = source.address >= ram.address and source.address - ram.address <= ram.size and
        source.size <= ram.size - (source.address - ram.address);
    if (!in_ram) halt.stop(.no_bundle, "the initrd at 0x{x}, {d} bytes, is not in RAM", .{ source.address, source.size });
    if (source.size > board.scratch.size) {
        halt.stop(.bad_bundle, "the bundle has {d} bytes, scratch memory {d}", .{ source.size, board.scratch.size });
    }
    const target = memory.bytes(board.scratch.address, source.size);
    @memmove(target, memory.bytes(source.address, source.size));
    return target;
}
