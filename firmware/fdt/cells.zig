// SPDX-License-Identifier: Apache-2.0
//! `reg` and `ranges`: addresses by the parent's cell counts (Devicetree Specification v0.4, sections 2.3.5, 2.3.6, 2.3.8).
const std = @import("std");
const assert = std.debug.assert;
const Node = @import("tree.zig").Node;
const Property = @import("property.zig").Property;

/// `address` and `size` in bytes, in the address space the caller asked for.
pub const Region = struct {
    address: u64,
    size: u64,

    /// The first address after the region, or null when that does not fit in 64 bits.
    pub fn end(region_: Region) ?u64 {
        const result, const overflow = @addWithOverflow(region_.address, region_.size);
        return if (overflow == 0) result else null;
    }
};

pub const CellError = error{
    /// #address-cells not 1 or 2, or #size-cells above 2 (PCI's three are not a CPU address).
    UnsupportedCells,
    /// `reg` or `ranges` is not a whole number of entries, or an entry wraps round.
    BadRegion,
    /// A bus on the way to the root has no `ranges`, or none that covers the region.
    NotTranslatable,
};

pub const Counts = struct { address: usize, size: usize };

/// The cell counts that `node` gives its children; 2 and 1 are the specification's defaults.
pub fn childCounts(node: Node) CellError!Counts {
    const counts: Counts = .{
        .address = try count(node, "#address-cells", 2),
        .size = try count(node, "#size-cells", 1),
    };
    if (counts.address == 0 or counts.address > 2 or counts.size > 2) return error.UnsupportedCells;
    return counts;
}

fn count(node: Node, name: []const u8, default: usize) CellError!usize {
    const property = node.property(name) orelse return default;
    return property.asU32() catch error.UnsupportedCells;
}

pub fn region(node: Node, index: usize) CellError!?Region {
    const reg = node.property("reg") orelse return null;
    const parent = node.parent() orelse return error.BadRegion;
    const counts = try childCounts(parent);
    const entry = counts.address + counts.size;
    const total = reg.cellCount() catch return error.BadRegion;
    assert(entry >= 1);
    if (total % entry != 0) return error.BadRegion;
    if (index >= total / entry) return null;
    const first = index * entry;
    const result: Region = .{
        .address = reg.number(first, counts.address).?,
        .size = if (counts.size == 0) 0 else reg.number(first + counts.address, counts.size).?,
    };
    if (result.end() == null) return error.BadRegion;
    return result;
}

pub fn translatedRegion(node: Node, index: usize) CellError!?Region {
    var result = try region(node, index) orelse return null;
    var bus = node.parent() orelse return error.BadRegion;
    while (bus.parent()) |above| : (bus = above) {
        result.address = try throughRanges(bus, above, result);
        if (result.end() == null) return error.BadRegion;
    }
    return result;
}

/// One bus upwards: an empty `ranges` is the identity, no `ranges` at all is a wall.
fn throughRanges(bus: Node, above: Node, inner: Region) CellError!u64 {
    const ranges = bus.property("ranges") orelse return error.NotTranslatable;
    if (ranges.value.len == 0) return inner.address;
    const counts = try childCounts(bus);
    const outer = try childCounts(above);
    if (counts.size == 0) return error.UnsupportedCells;
    const entry = counts.address + outer.address + counts.size;
    const total = ranges.cellCount() catch return error.BadRegion;
    if (total % entry != 0) return error.BadRegion;
    var first: usize = 0;
    while (first < total) : (first += entry) {
        const child_base = ranges.number(first, counts.address).?;
        const parent_base = ranges.number(first + counts.address, outer.address).?;
        const size = ranges.number(first + counts.address + outer.address, counts.size).?;
        if (inner.address < child_base) continue;
        const delta = inner.address - child_base;
        if (delta > size or inner.size > size - delta) continue;
        return std.math.add(u64, parent_base, delta) catch error.BadRegion;
    }
    return error.NotTranslatable;
}
