// SPDX-License-Identifier: Apache-2.0
//! Rumpk's own translation at EL2: one address range, identity mapped, 4 KiB granule,
//! 48-bit addresses (sbsa-ref's RAM starts at 1 TiB), every page either writable or
//! executable (Arm ARM D8.3, D19.2.122).

const std = @import("std");
const barrier = @import("barrier.zig");
const cache = @import("cache.zig");
const sysreg = @import("sysreg.zig");

pub const page_size: u64 = 4096;

pub const Attributes = enum { device, code, constants, data };

pub const Error = error{ Unaligned, OutOfTables, AlreadyMapped };

const table_count = 20;
const Table = [512]u64;

/// In .bss: zero, so every entry starts as a fault.
var pool: [table_count]Table align(page_size) = undefined;
var pool_used: usize = 0;

const mair: u64 = 0x04 | 0xff << 8; // index 0: Device-nGnRE, index 1: Normal write-back

const Descriptor = struct {
    const valid: u64 = 1 << 0;
    const table_or_page: u64 = 1 << 1;
    const normal: u64 = 1 << 2;
    /// AP[1] is RES1 in a translation regime without an unprivileged level.
    const res1: u64 = 1 << 6;
    const read_only: u64 = 1 << 7;
    const inner_shareable: u64 = 3 << 8;
    const accessed: u64 = 1 << 10;
    const execute_never: u64 = 1 << 54;
    const address_mask: u64 = 0x0000_ffff_ffff_f000;
};

fn leafBits(attributes: Attributes) u64 {
    const common = Descriptor.valid | Descriptor.res1 | Descriptor.accessed;
    const normal = common | Descriptor.normal | Descriptor.inner_shareable;
    return switch (attributes) {
        .device => common | Descriptor.execute_never,
        .code => normal | Descriptor.read_only,
        .constants => normal | Descriptor.read_only | Descriptor.execute_never,
        .data => normal | Descriptor.execute_never,
    };
}

/// Bytes that one entry of a table at `level` covers.
fn entrySpan(level: u2) u64 {
    return @as(u64, 1) << (12 + 9 * (3 - @as(u6, level)));
}

fn newTable() Error!*Table {
    if (pool_used == table_count) return error.OutOfTables;
    defer pool_used += 1;
    @memset(&pool[pool_used], 0);
    return &pool[pool_used];
}

/// Identity-maps [start, start+len). Whole pages; ranges never overlap.
pub fn map(start: u64, len: u64, attributes: Attributes) Error!void {
    if ((start | len) % page_size != 0) return error.Unaligned;
    if (pool_used == 0) _ = try newTable();
    var at = start;
    while (at < start + len) at += try mapOne(at, start + len - at, leafBits(attributes));
}

/// Maps the page of a device register block; several blocks may share a page.
pub fn mapDevice(base: u64, len: u64) Error!void {
    const first = base & ~(page_size - 1);
    const last = (base + len - 1) & ~(page_size - 1);
    var page = first;
    while (page <= last) : (page += page_size) {
        map(page, page_size, .device) catch |err| if (err != error.AlreadyMapped) return err;
    }
}

/// Writes the largest leaf that fits at `at`; returns the bytes it covers.
fn mapOne(at: u64, remaining: u64, leaf: u64) Error!u64 {
    var table = &pool[0];
    var level: u2 = 0;
    while (true) : (level += 1) {
        const span = entrySpan(level);
        const entry = &table[at / span % 512];
        // Level 0 holds tables only with a 4 KiB granule.
        const fits = level > 0 and at % span == 0 and remaining >= span;
        if (fits and entry.* == 0) {
            const kind = if (level == 3) Descriptor.table_or_page else 0;
            entry.* = at | leaf | kind;
            return span;
        }
        if (level == 3) return error.AlreadyMapped;
        if (entry.* == 0) {
            const next = try newTable();
            entry.* = @intFromPtr(next) | Descriptor.table_or_page | Descriptor.valid;
        } else if (entry.* & Descriptor.table_or_page == 0) return error.AlreadyMapped;
        table = @ptrFromInt(entry.* & Descriptor.address_mask);
    }
}

const tcr_res1: u64 = 1 << 31 | 1 << 23;
const tcr_48_bit_write_back: u64 = 16 | 1 << 8 | 1 << 10 | 3 << 12;

const sctlr_res1: u64 = 0x30c5_0830;
const Sctlr = struct {
    const mmu: u64 = 1 << 0;
    const data_cache: u64 = 1 << 2;
    const stack_alignment: u64 = 1 << 3;
    const instruction_cache: u64 = 1 << 12;
    const write_implies_execute_never: u64 = 1 << 19;
};

/// Turns translation and both caches on. The caller runs from identity-mapped code.
pub fn enable() void {
    // The tables were written past the caches: lines firmware left there would hide them.
    cache.invalidateToPoc(@intFromPtr(&pool), pool_used * @sizeOf(Table));
    const physical_size: u64 = @min(sysreg.read("id_aa64mmfr0_el1") & 0xf, 5);
    sysreg.write("mair_el2", mair);
    sysreg.write("tcr_el2", tcr_res1 | tcr_48_bit_write_back | physical_size << 16);
    sysreg.write("ttbr0_el2", @intFromPtr(&pool));
    asm volatile (
        \\isb
        \\tlbi alle2
        \\ic iallu
        \\dsb sy
        \\isb
        ::: .{ .memory = true });
    sysreg.write("sctlr_el2", sctlr_res1 | Sctlr.mmu | Sctlr.data_cache | Sctlr.stack_alignment |
        Sctlr.instruction_cache | Sctlr.write_implies_execute_never);
    barrier.isb();
}

/// True when the running core translates and caches at EL2 (read back, not remembered).
pub fn isEnabled() bool {
    const wanted = Sctlr.mmu | Sctlr.data_cache | Sctlr.instruction_cache;
    return sysreg.read("sctlr_el2") & wanted == wanted;
}

fn lookup(address: u64) ?u64 {
    var table = &pool[0];
    var level: u2 = 0;
    while (true) : (level += 1) {
        const entry = table[address / entrySpan(level) % 512];
        if (entry & Descriptor.valid == 0) return null;
        if (level == 3 or entry & Descriptor.table_or_page == 0) return entry;
        table = @ptrFromInt(entry & Descriptor.address_mask);
    }
}

test "blocks where aligned, pages where not, nothing beyond" {
    pool_used = 0;
    try map(0x4020_0000 - 0x1000, 0x20_2000, .data);
    const page_bits = leafBits(.data) | Descriptor.table_or_page;
    try std.testing.expectEqual(0x401f_f000 | page_bits, lookup(0x401f_f000).?);
    try std.testing.expectEqual(0x4020_0000 | leafBits(.data), lookup(0x403f_ffff).?);
    try std.testing.expectEqual(0x4040_0000 | page_bits, lookup(0x4040_0fff).?);
    try std.testing.expectEqual(null, lookup(0x4040_1000));
    try std.testing.expectEqual(null, lookup(0x401f_e000));
}

test "a second mapping of the same page is refused, devices may share one" {
    pool_used = 0;
    try map(0x1000, 0x1000, .code);
    try std.testing.expectError(error.AlreadyMapped, map(0x1000, 0x1000, .data));
    try std.testing.expectError(error.Unaligned, map(0x1001, 0x1000, .data));
    try mapDevice(0x0a00_0200, 0x200);
    try mapDevice(0x0a00_0400, 0x200);
    try std.testing.expectEqual(0x0a00_0000 | leafBits(.device) | 2, lookup(0x0a00_0e00).?);
}

test "no attribute is both writable and executable" {
    for (std.enums.values(Attributes)) |attributes| {
        const bits = leafBits(attributes);
        const writable = bits & Descriptor.read_only == 0;
        const executable = bits & Descriptor.execute_never == 0;
        try std.testing.expect(!(writable and executable));
    }
}
