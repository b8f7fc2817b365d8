// SPDX-License-Identifier: Apache-2.0
//! Reading a device tree: parse (which validates everything once), then nodes and properties without error paths.
//! All of it also runs at compile time over an `@embedFile` blob; set `@setEvalBranchQuota` to about 40 a byte.
const std = @import("std");
const assert = std.debug.assert;
const structure = @import("structure.zig");
const cells = @import("cells.zig");

pub const Error = structure.Error;
pub const Property = @import("property.zig").Property;

/// A validated blob. It borrows the bytes: they must stay unchanged while a `Tree` or anything read from it is in use.
pub const Tree = struct {
    bytes: []const u8,
    blocks: structure.Blocks,
    reservations_offset: u32,

    /// Validates header, structure, strings and reservations. `bytes` may be longer than the blob.
    pub fn parse(bytes: []const u8) Error!Tree {
        if (bytes.len < structure.header_size) return error.Truncated;
        const header = structure.Header.decode(bytes);
        try header.check(bytes.len);
        const blob = bytes[0..header.total_size];
        const blocks: structure.Blocks = .{
            .structure = blob[header.structure_offset..][0..header.structure_size],
            .strings = blob[header.strings_offset..][0..header.strings_size],
        };
        try structure.validate(blocks);
        try structure.validateReservations(blob, header.reservations_offset);
        return .{ .bytes = blob, .blocks = blocks, .reservations_offset = header.reservations_offset };
    }

    pub fn totalSize(tree: Tree) usize {
        assert(tree.bytes.len >= structure.header_size);
        return tree.bytes.len;
    }

    pub fn root(tree: Tree) Node {
        var offset: u32 = 0;
        while (true) {
            const decoded = step(tree.blocks, offset);
            if (decoded.token == .begin_node) return .{ .blocks = tree.blocks, .offset = offset };
            assert(decoded.token == .nop);
            offset = decoded.next;
        }
    }

    /// The node at an absolute path (`/soc/serial@9000000`), or at an alias (`serial0`, resolved through /aliases).
    /// A `:options` suffix, as stdout-path carries, is ignored. A component may leave out its unit address when only
    /// one child has that base name (section 2.2.3).
    pub fn find(tree: Tree, path: []const u8) ?Node {
        const end = std.mem.indexOfScalar(u8, path, ':') orelse path.len;
        const bare = path[0..end];
        if (bare.len == 0) return null;
        if (bare[0] == '/') return tree.descend(bare);
        const aliases = tree.descend("/aliases") orelse return null;
        const alias_end = std.mem.indexOfScalar(u8, bare, '/') orelse bare.len;
        const alias = aliases.property(bare[0..alias_end]) orelse return null;
        const target = alias.asString() catch return null;
        if (target.len == 0 or target[0] != '/') return null;
        const node = tree.descend(target) orelse return null;
        return descendFrom(node, bare[alias_end..]);
    }

    fn descend(tree: Tree, path: []const u8) ?Node {
        assert(path.len > 0 and path[0] == '/');
        return descendFrom(tree.root(), path);
    }

    fn descendFrom(start: Node, path: []const u8) ?Node {
        var node = start;
        var parts = std.mem.tokenizeScalar(u8, path, '/');
        while (parts.next()) |part| node = node.child(part) orelse return null;
        return node;
    }

    /// Every node, depth first, the root included.
    pub fn nodes(tree: Tree) NodeIterator {
        return .{ .blocks = tree.blocks, .offset = 0 };
    }

    /// Every node whose `compatible` list has exactly this string.
    pub fn compatible(tree: Tree, name: []const u8) CompatibleIterator {
        assert(name.len > 0);
        return .{ .nodes = tree.nodes(), .name = name };
    }

    /// The first available (`status` absent or okay) node compatible with `name`.
    pub fn findCompatible(tree: Tree, name: []const u8) ?Node {
        var matches = tree.compatible(name);
        while (matches.next()) |node| if (node.isAvailable()) return node;
        return null;
    }

    /// The node that a reference points to. 0 and 0xffffffff are never valid phandles.
    pub fn findPhandle(tree: Tree, phandle: u32) ?Node {
        if (phandle == 0 or phandle == 0xffff_ffff) return null;
        var all = tree.nodes();
        while (all.next()) |node| if (node.phandle() == phandle) return node;
        return null;
    }

    /// The memory reservation block (`/memreserve/`), apart from /reserved-memory.
    pub fn reservations(tree: Tree) ReservationIterator {
        return .{ .bytes = tree.bytes, .offset = tree.reservations_offset };
    }
};

/// One node: a position in the structure block of a validated tree.
pub const Node = struct {
    blocks: structure.Blocks,
    offset: u32,

    pub const Region = cells.Region;
    pub const CellError = cells.CellError;

    /// `serial@9000000`; empty for the root.
    pub fn name(node: Node) []const u8 {
        return node.begin().token.begin_node;
    }

    /// The name without its unit address: `serial`.
    pub fn baseName(node: Node) []const u8 {
        const full = node.name();
        return full[0 .. std.mem.indexOfScalar(u8, full, '@') orelse full.len];
    }

    pub fn properties(node: Node) PropertyIterator {
        return .{ .blocks = node.blocks, .offset = node.begin().next };
    }

    pub fn property(node: Node, wanted: []const u8) ?Property {
        assert(wanted.len > 0);
        var all = node.properties();
        while (all.next()) |found| if (std.mem.eql(u8, found.name, wanted)) return found;
        return null;
    }

    pub fn children(node: Node) ChildIterator {
        return .{ .blocks = node.blocks, .offset = node.begin().next };
    }

    /// A direct child by full name, or by base name when `wanted` has no unit address and only one child matches.
    pub fn child(node: Node, wanted: []const u8) ?Node {
        assert(wanted.len > 0);
        var by_base: ?Node = null;
        var ambiguous = false;
        var all = node.children();
        while (all.next()) |found| {
            if (std.mem.eql(u8, found.name(), wanted)) return found;
            if (!std.mem.eql(u8, found.baseName(), wanted)) continue;
            ambiguous = by_base != null;
            by_base = found;
            if (ambiguous) break;
        }
        return if (ambiguous) null else by_base;
    }

    /// The enclosing node; null for the root. Walks from the start of the tree: a flat tree keeps no back links.
    pub fn parent(node: Node) ?Node {
        var stack: [structure.depth_max]u32 = undefined;
        var depth: usize = 0;
        var offset: u32 = 0;
        while (offset < node.offset) {
            const decoded = step(node.blocks, offset);
            switch (decoded.token) {
                .begin_node => {
                    stack[depth] = offset;
                    depth += 1;
                },
                .end_node => depth -= 1,
                else => {},
            }
            offset = decoded.next;
        }
        assert(offset == node.offset);
        if (depth == 0) return null;
        return .{ .blocks = node.blocks, .offset = stack[depth - 1] };
    }

    pub fn isCompatible(node: Node, wanted: []const u8) bool {
        assert(wanted.len > 0);
        const list = node.property("compatible") orelse return false;
        var strings = list.strings();
        while (strings.next()) |entry| if (std.mem.eql(u8, entry, wanted)) return true;
        return false;
    }

    /// False only when `status` says something other than okay (section 2.3.4).
    pub fn isAvailable(node: Node) bool {
        const status = node.property("status") orelse return true;
        const text = status.asString() catch return false;
        return std.mem.eql(u8, text, "okay") or std.mem.eql(u8, text, "ok");
    }

    pub fn phandle(node: Node) ?u32 {
        const found = node.property("phandle") orelse return null;
        return found.asU32() catch null;
    }

    /// Entry `index` of `reg` in the parent's address space, by the parent's #address-cells and #size-cells;
    /// null past the last entry or without `reg`.
    pub fn region(node: Node, index: usize) CellError!?Region {
        return cells.region(node, index);
    }

    /// Like `region`, translated to the root's (the CPU's) address space through each bus's `ranges`.
    pub fn translatedRegion(node: Node, index: usize) CellError!?Region {
        return cells.translatedRegion(node, index);
    }

    fn begin(node: Node) structure.Decoded {
        const decoded = step(node.blocks, node.offset);
        assert(decoded.token == .begin_node);
        return decoded;
    }
};

pub const PropertyIterator = struct {
    blocks: structure.Blocks,
    offset: u32,

    pub fn next(iterator: *PropertyIterator) ?Property {
        while (true) {
            const decoded = step(iterator.blocks, iterator.offset);
            switch (decoded.token) {
                .nop => iterator.offset = decoded.next,
                .property => |found| {
                    assert(decoded.next > iterator.offset);
                    iterator.offset = decoded.next;
                    return .{ .name = found.name, .value = found.value };
                },
                else => return null,
            }
        }
    }
};

pub const ChildIterator = struct {
    blocks: structure.Blocks,
    offset: u32,

    pub fn next(iterator: *ChildIterator) ?Node {
        while (true) {
            const decoded = step(iterator.blocks, iterator.offset);
            switch (decoded.token) {
                .nop, .property => iterator.offset = decoded.next,
                .begin_node => {
                    const node: Node = .{ .blocks = iterator.blocks, .offset = iterator.offset };
                    iterator.offset = afterNode(iterator.blocks, iterator.offset);
                    return node;
                },
                .end_node, .end => return null,
            }
        }
    }
};

pub const NodeIterator = struct {
    blocks: structure.Blocks,
    offset: u32,

    pub fn next(iterator: *NodeIterator) ?Node {
        while (true) {
            const decoded = step(iterator.blocks, iterator.offset);
            if (decoded.token == .end) return null;
            const offset = iterator.offset;
            assert(decoded.next > offset);
            iterator.offset = decoded.next;
            if (decoded.token == .begin_node) return .{ .blocks = iterator.blocks, .offset = offset };
        }
    }
};

pub const CompatibleIterator = struct {
    nodes: NodeIterator,
    name: []const u8,

    pub fn next(iterator: *CompatibleIterator) ?Node {
        while (iterator.nodes.next()) |node| if (node.isCompatible(iterator.name)) return node;
        return null;
    }
};

pub const ReservationIterator = struct {
    bytes: []const u8,
    offset: u32,

    pub fn next(iterator: *ReservationIterator) ?Node.Region {
        const address = structure.doubleWord(iterator.bytes, iterator.offset);
        const size = structure.doubleWord(iterator.bytes, iterator.offset + 8);
        if (address == 0 and size == 0) return null;
        iterator.offset += 16;
        return .{ .address = address, .size = size };
    }
};

/// The offset just after a node's END_NODE.
pub fn afterNode(blocks: structure.Blocks, start: u32) u32 {
    var offset = start;
    var depth: u32 = 0;
    while (true) {
        const decoded = step(blocks, offset);
        assert(decoded.next > offset);
        offset = decoded.next;
        switch (decoded.token) {
            .begin_node => depth += 1,
            .end_node => {
                depth -= 1;
                if (depth == 0) return offset;
            },
            else => assert(decoded.token != .end),
        }
    }
}

/// `Tree.parse` has decoded every token of this block before, so a failure here is a changed blob.
pub fn step(blocks: structure.Blocks, offset: u32) structure.Decoded {
    return structure.decode(blocks, offset) catch @panic("device tree changed after it was validated");
}
