// SPDX-License-Identifier: Apache-2.0
//! Rumpk's own map: its image by section, the board's RAM as data, its devices as device.

const hal = @import("hal");
const board = @import("board.zig").info;
const ram = @import("board.zig").image_bank;
const entry = @import("entry.zig");
const mmu = hal.mmu;
const Region = @import("board.zig").Region;

/// Builds the map and turns translation and caches on.
pub fn init() mmu.Error!void {
    try mapRam();
    try mmu.mapDevice(board.uart_registers.address, board.uart_registers.size);
    for (board.gic_regions) |region| try mmu.mapDevice(region.address, region.size);
    for (board.virtio_mmio) |device| try mmu.mapDevice(device.base, @TypeOf(device).size);
    mmu.enable();
}

fn mapRam() mmu.Error!void {
    const text_end = entry.addressOf("__text_end");
    const rodata_end = entry.addressOf("__rodata_end");
    const guard = entry.addressOf("__stack_guard");
    const stack_bottom = entry.addressOf("__stack_bottom");
    const exception_guard = entry.addressOf("__exception_stack_guard");
    const exception_bottom = entry.addressOf("__exception_stack_bottom");

    for (board.memory) |bank| {
        if (bank.address != ram.address) try mmu.map(bank.address, bank.size, .data);
    }
    try between(ram.address, board.image_address, .data);
    try between(board.image_address, text_end, .code);
    try between(text_end, rodata_end, .constants);
    try between(rodata_end, guard, .data);
    // The guard pages stay unmapped: a stack that grows into one faults instead of
    // overwriting its neighbour.
    try between(stack_bottom, exception_guard, .data);
    try between(exception_bottom, ram.address + ram.size, .data);
}

fn between(start: u64, end: u64, attributes: mmu.Attributes) mmu.Error!void {
    return mmu.map(start, end - start, attributes);
}

/// Rumpk's memory behind its image: the page allocator's.
pub fn free() Region {
    const start = entry.addressOf("__image_end");
    const end = board.rumpk_memory.address + board.rumpk_memory.size;
    return .{ .address = start, .size = end - start };
}

/// A range of RAM as bytes. Identity mapping makes the address the pointer.
pub fn bytes(address: u64, size: u64) []u8 {
    const pointer: [*]u8 = @ptrFromInt(address);
    return pointer[0..@intCast(size)];
}
