// SPDX-License-Identifier: Apache-2.0
//! A tree's RAM. It may stand in one memory node or in several, in any order: QEMU names the
//! highest NUMA node first.
const std = @import("std");
const assert = std.debug.assert;
const boot = @import("boot.zig");
const Region = @import("cells.zig").Region;
const Tree = @import("tree.zig").Tree;

pub const Error = error{ NoMemory, BadMemory, TooManyBanks };

/// Gives `sink.add` every entry that is not empty of every memory node that is available.
pub fn eachMemoryRegion(tree: Tree, sink: anytype) !void {
    var children = tree.root().children();
    while (children.next()) |node| {
        if (!boot.isMemory(node)) continue;
        var entry: usize = 0;
        while (try node.region(entry)) |region| : (entry += 1) {
            if (region.size > 0) try sink.add(region);
        }
    }
}

/// RAM in order, with one run for what touches.
pub const Banks = struct {
    pub const max = 8;

    regions: [max]Region = undefined,
    count: usize = 0,

    pub fn of(tree: Tree) Error!Banks {
        var banks: Banks = .{};
        eachMemoryRegion(tree, &banks) catch |err| return switch (err) {
            error.TooManyBanks => error.TooManyBanks,
            else => error.BadMemory,
        };
        return if (banks.count == 0) error.NoMemory else banks;
    }

    /// From the lowest address up.
    pub fn slice(banks: *const Banks) []const Region {
        return banks.regions[0..banks.count];
    }

    pub fn add(banks: *Banks, region: Region) Error!void {
        if (banks.count == max) return error.TooManyBanks;
        var place = banks.count;
        while (place > 0 and banks.regions[place - 1].address > region.address) : (place -= 1) {
            banks.regions[place] = banks.regions[place - 1];
        }
        banks.regions[place] = region;
        banks.count += 1;
        try banks.join();
    }

    /// Makes one run of what touches.
    fn join(banks: *Banks) Error!void {
        var last: usize = 0;
        for (banks.regions[1..banks.count]) |region| {
            const end = banks.regions[last].end() orelse return error.BadMemory;
            if (region.address < end) return error.BadMemory;
            if (region.address == end) {
                banks.regions[last].size += region.size;
            } else {
                last += 1;
                banks.regions[last] = region;
            }
        }
        banks.count = last + 1;
        assert(banks.count >= 1);
    }
};

/// The run that holds a range; null where none holds all of it.
pub fn holding(banks: []const Region, address: u64, size: u64) ?Region {
    for (banks) |bank| {
        if (address < bank.address) continue;
        const offset = address - bank.address;
        if (offset <= bank.size and size <= bank.size - offset) return bank;
    }
    return null;
}
