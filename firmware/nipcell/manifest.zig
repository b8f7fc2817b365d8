// SPDX-License-Identifier: Apache-2.0
//! What a cell is given, as its manifest.dtb says: read here, judged in manifest_check.zig.
const std = @import("std");
const assert = std.debug.assert;
const fdt = @import("fdt");
const stage2 = @import("stage2");
const Span = @import("span.zig").Span;
const Ipa = stage2.Ipa;
const Pa = stage2.Pa;

pub const devices_max = 16;

/// Who owns the UART (design, section 6).
pub const Console = enum { passthrough, virtual, none };

/// A device's registers, seen by the guest at `ipa`.
pub const Device = struct { name: []const u8, ipa: Ipa, pa: Pa, size: u64 };

/// Names borrow the manifest's bytes.
pub const Manifest = struct {
    name: []const u8,
    vmid: u32,
    cpus: u32,
    /// Identity-mapped guest memory.
    carve_out: Span,
    ion_ipa: Ipa,
    ion_pa: Pa,
    ion_size: u64,
    /// SPI number (INTID - 32) of the doorbell into the guest.
    doorbell_spi: u32,
    console: Console,
    device_buffer: [devices_max]Device,
    device_count: usize,

    pub fn devices(manifest: *const Manifest) []const Device {
        assert(manifest.device_count <= devices_max);
        return manifest.device_buffer[0..manifest.device_count];
    }

    pub fn ionSpan(manifest: *const Manifest) Span {
        return .{ .base = manifest.ion_ipa, .size = manifest.ion_size };
    }
};

pub const Fault = enum {
    /// The blob is no device tree.
    not_a_tree,
    /// No available node compatible with "nexus,cell".
    no_cell,
    /// A required property is absent.
    missing,
    /// A property has another length or type than the manifest format says, or its range wraps.
    malformed,
    /// `console` is none of passthrough, virtual, none.
    unknown_console,
    /// More than `devices_max` device windows.
    too_many_devices,
};

/// Which property of which node is wrong, and how.
pub const Refusal = struct { fault: Fault, node: []const u8 = "cell", property: []const u8 = "" };

pub const Outcome = union(enum) { manifest: Manifest, refused: Refusal };

pub fn parse(blob: []const u8) Outcome {
    const tree = fdt.Tree.parse(blob) catch return .{ .refused = .{ .fault = .not_a_tree } };
    const node = tree.findCompatible("nexus,cell") orelse return .{ .refused = .{ .fault = .no_cell } };
    var reader: Reader = .{ .node = node };
    const manifest = reader.manifest() catch return .{ .refused = reader.refusal };
    assert(manifest.device_count <= devices_max);
    return .{ .manifest = manifest };
}

/// Keeps what was wrong while errors unwind.
const Reader = struct {
    node: fdt.Node,
    refusal: Refusal = .{ .fault = .malformed },

    const Refused = error{Refused};

    fn manifest(reader: *Reader) Refused!Manifest {
        const carve_out = try reader.numbers(reader.node, "carve-out", 2);
        const ion = try reader.numbers(reader.node, "ion-window", 3);
        try reader.noWrap("carve-out", carve_out[0], carve_out[1]);
        try reader.noWrap("ion-window", ion[0], ion[2]);
        try reader.noWrap("ion-window", ion[1], ion[2]);
        var result: Manifest = .{
            .name = try reader.text(reader.node, "cell-name"),
            .vmid = try reader.word("vmid"),
            .cpus = try reader.word("cpu-count"),
            .carve_out = .from(carve_out[0], carve_out[1]),
            .ion_ipa = .from(ion[0]),
            .ion_pa = .from(ion[1]),
            .ion_size = ion[2],
            .doorbell_spi = try reader.word("doorbell-spi"),
            .console = try reader.console(),
            .device_buffer = undefined,
            .device_count = 0,
        };
        try reader.devices(&result);
        return result;
    }

    fn devices(reader: *Reader, result: *Manifest) Refused!void {
        var children = reader.node.children();
        while (children.next()) |child| {
            if (!std.mem.eql(u8, child.baseName(), "device") or !child.isAvailable()) continue;
            if (result.device_count == devices_max) return reader.refuse(.too_many_devices, child, "");
            const place = try reader.numbers(child, "reg-ipa-pa-size", 3);
            if (wraps(place[0], place[2]) or wraps(place[1], place[2])) {
                return reader.refuse(.malformed, child, "reg-ipa-pa-size");
            }
            result.device_buffer[result.device_count] = .{
                .name = try reader.text(child, "device-name"),
                .ipa = .from(place[0]),
                .pa = .from(place[1]),
                .size = place[2],
            };
            result.device_count += 1;
        }
    }

    fn console(reader: *Reader) Refused!Console {
        const value = try reader.text(reader.node, "console");
        return std.meta.stringToEnum(Console, value) orelse reader.refuse(.unknown_console, reader.node, "console");
    }

    fn word(reader: *Reader, name: []const u8) Refused!u32 {
        const property = reader.node.property(name) orelse return reader.refuse(.missing, reader.node, name);
        return property.asU32() catch reader.refuse(.malformed, reader.node, name);
    }

    fn text(reader: *Reader, node: fdt.Node, name: []const u8) Refused![]const u8 {
        const property = node.property(name) orelse return reader.refuse(.missing, node, name);
        const value = property.asString() catch return reader.refuse(.malformed, node, name);
        return if (value.len == 0) reader.refuse(.malformed, node, name) else value;
    }

    /// Exactly `count` 64-bit numbers of two cells each.
    fn numbers(reader: *Reader, node: fdt.Node, name: []const u8, comptime count: usize) Refused![count]u64 {
        const property = node.property(name) orelse return reader.refuse(.missing, node, name);
        if (property.value.len != count * 8) return reader.refuse(.malformed, node, name);
        var result: [count]u64 = undefined;
        for (&result, 0..) |*number, index| number.* = property.number(index * 2, 2).?;
        return result;
    }

    fn noWrap(reader: *Reader, name: []const u8, base: u64, size: u64) Refused!void {
        if (wraps(base, size)) return reader.refuse(.malformed, reader.node, name);
    }

    fn refuse(reader: *Reader, fault: Fault, node: fdt.Node, property: []const u8) Refused {
        reader.refusal = .{ .fault = fault, .node = node.name(), .property = property };
        return error.Refused;
    }
};

fn wraps(base: u64, size: u64) bool {
    return size > std.math.maxInt(u64) - base;
}
