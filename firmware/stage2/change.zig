// SPDX-License-Identifier: Apache-2.0
//! Changing a live translation. Each function returns the steps in the order the architecture asks for
//! (break-before-make, Arm ARM D8.16.1; TLBI by IPA, D8.17.6) and writes no reachable descriptor itself: the caller
//! executes the steps, one instruction each, so that a test can execute them on a model with an adversarial TLB.
const std = @import("std");
const assert = std.debug.assert;
const address = @import("address.zig");
const descriptor = @import("descriptor.zig");
const plan = @import("plan.zig");
const TablePool = @import("builder.zig").TablePool;
const leafLevel = @import("builder.zig").leafLevel;
const Ipa = address.Ipa;
const Pa = address.Pa;
const Level = descriptor.Level;
const Table = descriptor.Table;

pub const Step = union(enum) {
    write: struct { entry: *u64, value: u64 },
    /// Order the descriptor write before the walks that follow.
    dsb_ishst,
    /// Write the cell's VTTBR_EL2, then ISB: TLBI by IPA works on the current VMID.
    select_vmid,
    /// TLBI IPAS2E1IS; the operand register holds IPA >> 12.
    tlbi_ipas2e1is: Ipa,
    /// Complete the TLBI before the next one.
    dsb_ish,
    /// TLBI VMALLE1IS: combined stage-1 and stage-2 entries are not found by IPA.
    tlbi_vmalle1is,
    /// TLBI VMALLS12E1IS: everything of the current VMID.
    tlbi_vmalls12e1is,
    /// TLBI VALE2IS with XZR: the second TLBI of the CVE-2025-10263 work-around.
    tlbi_vale2is_zero,
    isb,
    /// Write back the VTTBR_EL2 that was current before `select_vmid`, then ISB.
    restore_vmid,
};

pub const Options = struct {
    /// Whether VTTBR_EL2 already holds this cell's VMID.
    vmid_is_current: bool,
    /// For cores on which TLBI; DSB may complete before another core's older stores (CVE-2025-10263).
    repeat_tlbi: bool = false,
};

pub const Steps = struct {
    buffer: [16]Step = undefined,
    len: usize = 0,

    pub fn slice(steps: *const Steps) []const Step {
        return steps.buffer[0..steps.len];
    }

    fn add(steps: *Steps, step: Step) void {
        assert(steps.len < steps.buffer.len);
        steps.buffer[steps.len] = step;
        steps.len += 1;
    }

    fn invalidate(steps: *Steps, ipa: Ipa, options: Options) void {
        if (!options.vmid_is_current) steps.add(.select_vmid);
        steps.add(.{ .tlbi_ipas2e1is = ipa });
        steps.add(.dsb_ish);
        steps.add(.tlbi_vmalle1is);
        steps.add(.dsb_ish);
        if (options.repeat_tlbi) {
            steps.add(.tlbi_vale2is_zero);
            steps.add(.dsb_ish);
        }
        steps.add(.isb);
        if (!options.vmid_is_current) steps.add(.restore_vmid);
    }
};

pub const Error = error{
    /// Nothing is mapped at the IPA.
    NotMapped,
    /// Something is mapped at the IPA already.
    AlreadyMapped,
    /// A misaligned or out-of-range address, or a leaf of another size than the one in place.
    BadRange,
    PoolExhausted,
};

/// What a leaf should become.
pub const Target = struct { pa: Pa, attributes: descriptor.Attributes };

/// invalid -> valid for one leaf of `level`: no TLB holds an invalid entry, so no TLBI (D8.16.1).
/// Missing tables are prepared out of sight and linked last.
pub fn mapLeaf(pool: *TablePool, root: Pa, ipa: Ipa, level: Level, to: Target) Error!Steps {
    if (!ipa.isAligned(level.size()) or !to.pa.isAligned(level.size())) return error.BadRange;
    assert(leafLevel(ipa, to.pa, level.size()) == level);
    const place = try find(pool, root, ipa);
    if (descriptor.kind(place.level, place.entry.*) == .leaf) return error.AlreadyMapped;
    if (@backingInt(place.level) > @backingInt(level)) return error.AlreadyMapped;
    var value = descriptor.leaf(level, to.pa, to.attributes);
    if (@backingInt(level) - @backingInt(place.level) > pool.tables.len - pool.used) return error.PoolExhausted;
    var above = level;
    while (above != place.level) : (above = parentOf(above)) {
        const table = pool.take() catch unreachable;
        table.entries[above.index(ipa)] = value;
        value = descriptor.table(pool.addressOf(table));
    }
    var steps: Steps = .{};
    // The new tables' contents must be visible before the link is.
    if (level != place.level) steps.add(.dsb_ishst);
    steps.add(.{ .write = .{ .entry = place.entry, .value = value } });
    steps.add(.dsb_ishst);
    return steps;
}

/// valid -> invalid for the leaf that covers `ipa`.
pub fn unmapLeaf(pool: *TablePool, root: Pa, ipa: Ipa, options: Options) Error!Steps {
    const place = try mapped(pool, root, ipa);
    var steps: Steps = .{};
    breakLeaf(&steps, place, ipa, options);
    return steps;
}

/// valid -> other valid for the leaf that covers `ipa`, at its present size: break, invalidate, make.
pub fn replaceLeaf(pool: *TablePool, root: Pa, ipa: Ipa, to: Target, options: Options) Error!Steps {
    const place = try mapped(pool, root, ipa);
    if (!to.pa.isAligned(place.level.size())) return error.BadRange;
    var steps: Steps = .{};
    breakLeaf(&steps, place, ipa, options);
    steps.add(.{ .write = .{ .entry = place.entry, .value = descriptor.leaf(place.level, to.pa, to.attributes) } });
    steps.add(.dsb_ishst);
    return steps;
}

/// Block -> table of 512 leaves with the same translation, for a later change of one of them.
pub fn splitBlock(pool: *TablePool, root: Pa, ipa: Ipa, options: Options) Error!Steps {
    const place = try mapped(pool, root, ipa);
    if (place.level == .three) return error.BadRange;
    const table = try pool.take();
    for (&table.entries, 0..) |*entry, index| {
        entry.* = descriptor.splitChild(place.level, place.entry.*, index * place.level.below().size());
    }
    var steps: Steps = .{};
    breakLeaf(&steps, place, ipa, options);
    steps.add(.{ .write = .{ .entry = place.entry, .value = descriptor.table(pool.addressOf(table)) } });
    steps.add(.dsb_ishst);
    return steps;
}

/// Everything of the current VMID: what stands between freshly built tables and the first ERET into the cell.
pub fn synchronise() Steps {
    var steps: Steps = .{};
    steps.add(.dsb_ishst);
    steps.add(.tlbi_vmalls12e1is);
    steps.add(.dsb_ish);
    steps.add(.isb);
    return steps;
}

fn breakLeaf(steps: *Steps, place: Place, ipa: Ipa, options: Options) void {
    assert(descriptor.kind(place.level, place.entry.*) == .leaf);
    steps.add(.{ .write = .{ .entry = place.entry, .value = 0 } });
    steps.add(.dsb_ishst);
    steps.invalidate(ipa, options);
}

const Place = struct { entry: *u64, level: Level };

/// The deepest existing entry on the way to `ipa`.
fn find(pool: *TablePool, root: Pa, ipa: Ipa) Error!Place {
    if (ipa.raw() >= plan.ipa_limit) return error.BadRange;
    var table = pool.at(root) orelse return error.BadRange;
    var level: Level = .one;
    while (true) : (level = level.below()) {
        const entry = &table.entries[level.index(ipa)];
        if (descriptor.kind(level, entry.*) != .table) return .{ .entry = entry, .level = level };
        table = pool.at(descriptor.target(entry.*)).?;
        assert(level != .three);
    }
}

fn mapped(pool: *TablePool, root: Pa, ipa: Ipa) Error!Place {
    const place = try find(pool, root, ipa);
    if (descriptor.kind(place.level, place.entry.*) != .leaf) return error.NotMapped;
    return place;
}

fn parentOf(level: Level) Level {
    assert(level != .one);
    return if (level == .three) .two else .one;
}
