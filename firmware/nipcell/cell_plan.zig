// SPDX-License-Identifier: Apache-2.0
//! From manifest to stage-2 plan: the carve-out, the ION window section by section, the device windows, and nothing else.
const std = @import("std");
const assert = std.debug.assert;
const ion = @import("ion");
const stage2 = @import("stage2");
const manifest_file = @import("manifest.zig");
const Manifest = manifest_file.Manifest;

pub const ranges_max = 1 + ion.abi.sections.len + manifest_file.devices_max;

/// Storage of a plan, owned by the caller, as `stage2.Plan` borrows its ranges.
pub const Ranges = struct {
    buffer: [ranges_max]stage2.Range = undefined,
    len: usize = 0,

    pub fn slice(ranges: *const Ranges) []const stage2.Range {
        return ranges.buffer[0..ranges.len];
    }

    fn add(ranges: *Ranges, range: stage2.Range) void {
        assert(ranges.len < ranges_max);
        ranges.buffer[ranges.len] = range;
        ranges.len += 1;
    }
};

/// The ranges of a checked manifest; `stage2.validate` judges them against the host's memory.
pub fn derive(manifest: *const Manifest, ranges: *Ranges) void {
    ranges.len = 0;
    ranges.add(.{
        .name = "carve-out",
        .ipa = manifest.carve_out.base,
        .pa = .from(manifest.carve_out.base.raw()),
        .size = manifest.carve_out.size,
        .access = .rw,
        .execute = true,
    });
    for (ion.abi.sections) |section| ranges.add(.{
        .name = sectionName(section.kind),
        .ipa = manifest.ion_ipa.plus(section.offset),
        .pa = manifest.ion_pa.plus(section.offset),
        .size = section.size,
        .access = if (section.access == @backingInt(ion.abi.Access.read_write)) .rw else .ro,
    });
    for (manifest.devices()) |device| ranges.add(.{
        .name = device.name,
        .ipa = device.ipa,
        .pa = device.pa,
        .size = device.size,
        .memory = .device,
        .access = .rw,
    });
    assert(ranges.len == 1 + ion.abi.sections.len + manifest.device_count);
}

fn sectionName(kind: u32) []const u8 {
    const known: ion.abi.SectionKind = @fromBackingInt(kind);
    return switch (known) {
        .header => "ion.header",
        .host_control => "ion.host-control",
        .guest_control => "ion.guest-control",
        .spare => "ion.spare",
        .host_to_guest => "ion.host-to-guest",
        .guest_to_host => "ion.guest-to-host",
    };
}
