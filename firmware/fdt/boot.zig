// SPDX-License-Identifier: Apache-2.0
//! The few nodes a boot loader owns: /memory, /chosen and /reserved-memory
//! (Devicetree Specification v0.4, sections 3.4-3.6; Linux Documentation/arm64/booting.rst).
const std = @import("std");
const assert = std.debug.assert;
const cells = @import("cells.zig");
const Node = @import("tree.zig").Node;
const Tree = @import("tree.zig").Tree;
const Editor = @import("editor.zig").Editor;
const EditError = @import("editor.zig").EditError;

/// The first available node with device_type "memory".
pub fn memoryNode(tree: Tree) ?Node {
    var children = tree.root().children();
    while (children.next()) |node| {
        if (isMemory(node)) return node;
    }
    return null;
}

/// Whether a node of the root's is memory that is there.
pub fn isMemory(node: Node) bool {
    const device_type = node.property("device_type") orelse return false;
    const text = device_type.asString() catch return false;
    return std.mem.eql(u8, text, "memory") and node.isAvailable();
}

/// /chosen/bootargs; empty when absent or not a string.
pub fn bootargs(tree: Tree) []const u8 {
    const chosen = tree.find("/chosen") orelse return "";
    const property = chosen.property("bootargs") orelse return "";
    return property.asString() catch "";
}

/// The initrd range of /chosen; null unless both ends are there and in order.
pub fn initrd(tree: Tree) ?cells.Region {
    const chosen = tree.find("/chosen") orelse return null;
    const start_property = chosen.property("linux,initrd-start") orelse return null;
    const end_property = chosen.property("linux,initrd-end") orelse return null;
    const start = start_property.asNumber() catch return null;
    const end = end_property.asNumber() catch return null;
    if (end <= start) return null;
    return .{ .address = start, .size = end - start };
}

/// The device node that stdout-path names, options ignored.
pub fn stdout(tree: Tree) ?Node {
    const chosen = tree.find("/chosen") orelse return null;
    const property = chosen.property("stdout-path") orelse return null;
    const path = property.asString() catch return null;
    return tree.find(path);
}

/// Whether /reserved-memory has a child that covers exactly `region` and is `no-map`.
pub fn isReservedNoMap(tree: Tree, region: cells.Region) bool {
    const parent = tree.find("/reserved-memory") orelse return false;
    var children = parent.children();
    while (children.next()) |child| {
        if (child.property("no-map") == null or !child.isAvailable()) continue;
        const found = (child.region(0) catch continue) orelse continue;
        if (found.address == region.address and found.size == region.size) return true;
    }
    return false;
}

/// Gives the one memory node exactly `region`.
pub fn setMemory(editor: *Editor, region: cells.Region) EditError!void {
    assert(region.size > 0);
    const node = memoryNode(editor.tree()) orelse return error.NoSuchNode;
    var path: [256]u8 = undefined;
    const name = node.name();
    if (name.len + 1 > path.len) return error.BadName;
    path[0] = '/';
    @memcpy(path[1..][0..name.len], name);
    return editor.setRegion(path[0 .. name.len + 1], region);
}

/// Sets linux,initrd-start and -end as 64-bit values; existing 64-bit placeholders are patched without moving anything.
pub fn setInitrd(editor: *Editor, start: u64, end: u64) EditError!void {
    assert(start < end);
    try editor.setU64("/chosen", "linux,initrd-start", start);
    try editor.setU64("/chosen", "linux,initrd-end", end);
}

pub fn setBootargs(editor: *Editor, text: []const u8) EditError!void {
    return editor.setString("/chosen", "bootargs", text);
}

/// Adds a `no-map` reservation `name` (for example "ion@90000000"), with /reserved-memory itself when it is missing.
pub fn reserveNoMap(editor: *Editor, name: []const u8, region: cells.Region) EditError!void {
    assert(region.size > 0 and name.len > 0);
    if (editor.tree().find("/reserved-memory") == null) {
        const counts = cells.childCounts(editor.tree().root()) catch return error.BadRegion;
        try editor.addNode("/", "reserved-memory");
        try editor.setProperty("/reserved-memory", "ranges", "");
        try editor.setU32("/reserved-memory", "#size-cells", @intCast(counts.size));
        try editor.setU32("/reserved-memory", "#address-cells", @intCast(counts.address));
    }
    try editor.addNode("/reserved-memory", name);
    var path: [300]u8 = undefined;
    const prefix = "/reserved-memory/";
    if (prefix.len + name.len > path.len) return error.BadName;
    @memcpy(path[0..prefix.len], prefix);
    @memcpy(path[prefix.len..][0..name.len], name);
    const full = path[0 .. prefix.len + name.len];
    try editor.setProperty(full, "no-map", "");
    try editor.setRegion(full, region);
}
