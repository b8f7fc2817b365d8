// SPDX-License-Identifier: Apache-2.0
//! What a header and its two tables must look like before anyone uses them. Both sides copy them once, judge the copy,
//! and never read the window's tables again.
const std = @import("std");
const assert = std.debug.assert;
const abi = @import("ion_abi");
const Window = @import("window.zig").Window;

pub const sections_max = 16;
pub const rings_max = 16;
/// An index and its event index on 64-byte lines of their own.
pub const index_cell_size = abi.index_line_size;

pub const Problem = enum {
    bad_magic,
    unsupported_version,
    bad_header_size,
    bad_window_size,
    not_ready,
    no_epoch,
    bad_section_table,
    bad_ring_table,
    section_unaligned,
    /// Sections must cover the window in order, without gap or overlap.
    section_gap_or_overlap,
    section_access,
    ring_capacity,
    ring_slot_size,
    ring_direction,
    /// Slots or pool outside the section that the producer writes.
    ring_outside_section,
    /// An index cell outside its owner's control page, or misaligned.
    ring_index_cell,
    ring_pool,
    ring_overlap,
    channel_duplicate,
};

/// A private, judged copy.
pub const Layout = struct {
    header: abi.Header,
    sections: [sections_max]abi.Section,
    rings: [rings_max]abi.Ring,

    pub fn sectionSlice(layout: *const Layout) []const abi.Section {
        return layout.sections[0..layout.header.section_count];
    }

    pub fn ringSlice(layout: *const Layout) []const abi.Ring {
        return layout.rings[0..layout.header.ring_count];
    }

    /// The ring of a channel and its bit in a doorbell mask.
    pub fn find(layout: *const Layout, channel: abi.Channel) ?struct { ring: abi.Ring, index: u5 } {
        for (layout.ringSlice(), 0..) |ring, index| {
            if (ring.channel == @backingInt(channel)) return .{ .ring = ring, .index = @intCast(index) };
        }
        return null;
    }
};

pub const Verdict = union(enum) { accepted: Layout, refused: Problem };

/// Copies header and tables out of a window and judges the copy.
pub fn check(window: Window) Verdict {
    var layout: Layout = undefined;
    window.read(0, std.mem.asBytes(&layout.header));
    const header = layout.header;
    if (judgeHeader(header)) |problem| return .{ .refused = problem };
    assert(header.section_count <= sections_max and header.ring_count <= rings_max);
    const sections = layout.sections[0..header.section_count];
    const rings = layout.rings[0..header.ring_count];
    window.read(header.section_table_offset, std.mem.sliceAsBytes(sections));
    window.read(header.ring_table_offset, std.mem.sliceAsBytes(rings));
    if (judgeTables(sections, rings)) |problem| return .{ .refused = problem };
    return .{ .accepted = layout };
}

fn judgeHeader(header: abi.Header) ?Problem {
    if (header.magic != abi.magic) return .bad_magic;
    if (header.abi_version != abi.abi_version) return .unsupported_version;
    if (header.header_size != @sizeOf(abi.Header)) return .bad_header_size;
    if (header.window_size != abi.window_size) return .bad_window_size;
    if (header.host_state != @backingInt(abi.HostState.ready)) return .not_ready;
    if (header.epoch == 0) return .no_epoch;
    const sections = table(header.section_table_offset, header.section_count, sections_max, @sizeOf(abi.Section));
    const rings = table(header.ring_table_offset, header.ring_count, rings_max, @sizeOf(abi.Ring));
    if (sections == null or sections.?.start < @sizeOf(abi.Header)) return .bad_section_table;
    if (rings == null or rings.?.start < @sizeOf(abi.Header)) return .bad_ring_table;
    if (sections.?.start < rings.?.end and rings.?.start < sections.?.end) return .bad_ring_table;
    return null;
}

const Extent = struct { start: u64, end: u64 };

/// A table must lie in the header page, which only the host writes.
fn table(offset: u32, count: u32, count_max: u32, entry_size: u32) ?Extent {
    if (count == 0 or count > count_max or offset % 8 != 0) return null;
    const end = @as(u64, offset) + count * entry_size;
    return if (end > 4096) null else .{ .start = offset, .end = end };
}

/// Judges the two tables; also usable at compile time over the generated ones.
pub fn judgeTables(sections: []const abi.Section, rings: []const abi.Ring) ?Problem {
    if (judgeSections(sections)) |problem| return problem;
    for (rings, 0..) |ring, index| {
        if (judgeRing(sections, ring)) |problem| return problem;
        for (rings[0..index]) |earlier| {
            if (ring.channel == earlier.channel) return .channel_duplicate;
            if (ringsOverlap(ring, earlier)) return .ring_overlap;
        }
    }
    return null;
}

fn judgeSections(sections: []const abi.Section) ?Problem {
    var next: u64 = 0;
    for (sections) |section| {
        if (section.offset % 4096 != 0 or section.size % 4096 != 0 or section.size == 0) return .section_unaligned;
        if (section.offset != next) return .section_gap_or_overlap;
        if (section.access != expectedAccess(section.kind) orelse return .section_access) return .section_access;
        next += section.size;
    }
    return if (next == abi.window_size) null else .section_gap_or_overlap;
}

/// What only Rumpk writes is read-only to the guest; an unknown kind has no access.
fn expectedAccess(kind: u32) ?u32 {
    const known = std.enums.fromInt(abi.SectionKind, kind) orelse return null;
    const access: abi.Access = switch (known) {
        .header, .host_control, .spare, .host_to_guest => .read_only,
        .guest_control, .guest_to_host => .read_write,
    };
    return @backingInt(access);
}

fn judgeRing(sections: []const abi.Section, ring: abi.Ring) ?Problem {
    const direction = std.enums.fromInt(abi.Direction, ring.direction) orelse return .ring_direction;
    if (ring.slot_count == 0 or !std.math.isPowerOfTwo(ring.slot_count)) return .ring_capacity;
    if (ring.slot_count > 1 << 16) return .ring_capacity;
    if (ring.slot_size != @sizeOf(abi.Descriptor)) return .ring_slot_size;
    const to_guest = direction == .host_to_guest;
    const data: abi.SectionKind = if (to_guest) .host_to_guest else .guest_to_host;
    const producer: abi.SectionKind = if (to_guest) .host_control else .guest_control;
    const consumer: abi.SectionKind = if (to_guest) .guest_control else .host_control;
    const slots_size = ring.slot_count * ring.slot_size;
    if (ring.slots_offset % @sizeOf(abi.Descriptor) != 0) return .ring_outside_section;
    if (!inside(sections, data, ring.slots_offset, slots_size)) return .ring_outside_section;
    if (!inside(sections, data, ring.pool_offset, ring.pool_size)) return .ring_outside_section;
    if (ring.pool_offset % 64 != 0 or ring.buffer_count == 0) return .ring_pool;
    if (@as(u64, ring.buffer_size) * ring.buffer_count != ring.pool_size) return .ring_pool;
    if (ring.buffer_size % 64 != 0) return .ring_pool;
    const slots = extent(ring.slots_offset, slots_size);
    const pool = extent(ring.pool_offset, ring.pool_size);
    if (slots.start < pool.end and pool.start < slots.end) return .ring_overlap;
    for ([_]u32{ ring.producer_offset, ring.consumer_offset }, [_]abi.SectionKind{ producer, consumer }) |cell, kind| {
        if (cell % index_cell_size != 0 or !inside(sections, kind, cell, index_cell_size)) return .ring_index_cell;
    }
    return null;
}

fn inside(sections: []const abi.Section, kind: abi.SectionKind, offset: u32, size: u32) bool {
    for (sections) |section| {
        if (section.kind != @backingInt(kind) or offset < section.offset) continue;
        const within = offset - section.offset;
        if (within <= section.size and size <= section.size - within) return true;
    }
    return false;
}

fn ringsOverlap(a: abi.Ring, b: abi.Ring) bool {
    for (extents(a)) |x| {
        for (extents(b)) |y| if (x.start < y.end and y.start < x.end) return true;
    }
    return false;
}

fn extents(ring: abi.Ring) [4]Extent {
    return .{
        extent(ring.slots_offset, ring.slot_count * ring.slot_size),
        extent(ring.pool_offset, ring.pool_size),
        extent(ring.producer_offset, index_cell_size),
        extent(ring.consumer_offset, index_cell_size),
    };
}

fn extent(offset: u32, size: u32) Extent {
    return .{ .start = offset, .end = @as(u64, offset) + size };
}

comptime {
    @setEvalBranchQuota(50_000);
    if (judgeTables(&abi.sections, &abi.rings)) |problem| {
        @compileError("the generated ION layout is refused: " ++ @tagName(problem));
    }
}
