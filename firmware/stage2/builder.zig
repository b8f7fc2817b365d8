// SPDX-License-Identifier: Apache-2.0
//! From a validated plan to table bytes, in tables the caller supplies. Pure: no register, no barrier, no cache operation;
//! whoever points VTTBR_EL2 at the root cleans the tables to the point of coherency first.
const std = @import("std");
const assert = std.debug.assert;
const address = @import("address.zig");
const descriptor = @import("descriptor.zig");
const plan_file = @import("plan.zig");
const walker = @import("walker.zig");
const Ipa = address.Ipa;
const Pa = address.Pa;
const Level = descriptor.Level;
const Table = descriptor.Table;

/// Tables at `tables`, which the guest's walker finds at physical `base`.
pub const TablePool = struct {
    tables: []Table,
    base: Pa,
    used: usize = 0,

    pub fn init(tables: []Table, base: Pa) TablePool {
        assert(base.isAligned(address.page_size));
        assert(tables.len > 0);
        return .{ .tables = tables, .base = base };
    }

    /// One zeroed table.
    pub fn take(pool: *TablePool) error{PoolExhausted}!*Table {
        if (pool.used == pool.tables.len) return error.PoolExhausted;
        const taken = &pool.tables[pool.used];
        pool.used += 1;
        @memset(&taken.entries, 0);
        return taken;
    }

    pub fn addressOf(pool: *const TablePool, table: *const Table) Pa {
        const offset = @intFromPtr(table) - @intFromPtr(pool.tables.ptr);
        assert(offset % @sizeOf(Table) == 0 and offset / @sizeOf(Table) < pool.used);
        return pool.base.plus(offset);
    }

    /// The table at a physical address, or null when the pool has none in use there.
    pub fn at(pool: *const TablePool, pa: Pa) ?*Table {
        if (pa.raw() < pool.base.raw()) return null;
        const offset = pa.raw() - pool.base.raw();
        if (offset % @sizeOf(Table) != 0) return null;
        const index = offset / @sizeOf(Table);
        return if (index < pool.used) &pool.tables[index] else null;
    }

    /// What `walker` needs to read these tables.
    pub fn reader(pool: *const TablePool) walker.TableReader {
        return .{ .context = pool, .read = readTable };
    }

    fn readTable(context: *const anyopaque, pa: Pa) ?*const [descriptor.entries_per_table]u64 {
        const pool: *const TablePool = @ptrCast(@alignCast(context));
        const table = pool.at(pa) orelse return null;
        return &table.entries;
    }

    /// All tables free again, for a new generation of the cell.
    pub fn reset(pool: *TablePool) void {
        pool.used = 0;
    }
};

/// Builds the tables of `plan` from an empty pool and returns the root's physical address, for `registers.vttbr`.
/// On failure the pool is empty again.
pub fn build(plan: plan_file.Plan, pool: *TablePool) error{PoolExhausted}!Pa {
    assert(pool.used == 0);
    errdefer pool.reset();
    const root = try pool.take();
    for (plan.ranges) |range| {
        if (range.access != .none) try map(pool, root, range);
    }
    assert(pool.used >= 1);
    return pool.addressOf(root);
}

fn map(pool: *TablePool, root: *Table, range: plan_file.Range) error{PoolExhausted}!void {
    const attributes = descriptor.Attributes.of(range);
    var offset: u64 = 0;
    while (offset < range.size) {
        const ipa = range.ipa.plus(offset);
        const pa = range.pa.plus(offset);
        const level = leafLevel(ipa, pa, range.size - offset);
        const entry = try entryFor(pool, root, ipa, level);
        // The plan has no IPA overlap, so each entry is written once.
        assert(entry.* == 0);
        entry.* = descriptor.leaf(level, pa, attributes);
        offset += level.size();
    }
    assert(offset == range.size);
}

/// The largest leaf that both addresses are aligned for and that does not reach past the range.
pub fn leafLevel(ipa: Ipa, pa: Pa, remaining: u64) Level {
    assert(remaining >= address.page_size);
    for ([_]Level{ .one, .two }) |level| {
        const size = level.size();
        if (remaining >= size and ipa.isAligned(size) and pa.isAligned(size)) return level;
    }
    assert(ipa.isAligned(address.page_size) and pa.isAligned(address.page_size));
    return .three;
}

/// The entry of `ipa` in the table of `level`, with the tables above it made as needed.
fn entryFor(pool: *TablePool, root: *Table, ipa: Ipa, level: Level) error{PoolExhausted}!*u64 {
    var table = root;
    var current: Level = .one;
    while (current != level) : (current = current.below()) {
        const entry = &table.entries[current.index(ipa)];
        switch (descriptor.kind(current, entry.*)) {
            .table => table = pool.at(descriptor.target(entry.*)).?,
            .invalid => {
                table = try pool.take();
                entry.* = descriptor.table(pool.addressOf(table));
            },
            .leaf => unreachable,
        }
    }
    return &table.entries[level.index(ipa)];
}
