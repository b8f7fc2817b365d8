// SPDX-License-Identifier: Apache-2.0
//! A second, independent reading of the tables: the translation table walk as the architecture describes it
//! (Arm ARM D8.2, D8.3), from raw bits, sharing no code with the builder. Tests compare it with the plan; the kernel
//! uses it to show what a cell can reach.
const std = @import("std");
const assert = std.debug.assert;
const address = @import("address.zig");
const Ipa = address.Ipa;
const Pa = address.Pa;

/// What the walker reads: 512 little-endian words at a physical address, or null for a bad address.
pub const TableReader = struct {
    context: *const anyopaque,
    read: *const fn (context: *const anyopaque, table: Pa) ?*const [512]u64,
};

pub const Mapping = struct {
    ipa: Ipa,
    pa: Pa,
    /// Bytes from the IPA asked for (`translate`) or of the whole leaf (`leaves`).
    size: u64,
    readable: bool,
    writable: bool,
    executable: bool,
    device: bool,
    /// Inner Shareable Write-Back on both levels; false for Device and anything else.
    write_back: bool,
};

pub const Fault = enum {
    /// Outside the 39 input bits.
    address_size,
    translation,
    access_flag,
    /// A table descriptor that points where there is no table: a broken walk.
    external,
};

pub const Result = union(enum) { mapped: Mapping, fault: Fault };

/// Translates one IPA.
pub fn translate(reader: TableReader, root: Pa, ipa: Ipa) Result {
    if (ipa.raw() >> 39 != 0) return .{ .fault = .address_size };
    var table = root;
    var shift: u6 = 30;
    while (true) : (shift -= 9) {
        assert(shift >= 12);
        const entries = reader.read(reader.context, table) orelse return .{ .fault = .external };
        const word = entries[(ipa.raw() >> shift) & 511];
        if (word & 1 == 0) return .{ .fault = .translation };
        const is_next = word & 2 != 0;
        if (shift == 12 and !is_next) return .{ .fault = .translation };
        if (shift != 12 and is_next) {
            table = Pa.from(word & 0xffff_ffff_f000);
            continue;
        }
        if (word >> 10 & 1 == 0) return .{ .fault = .access_flag };
        return .{ .mapped = decode(word, ipa, shift) };
    }
}

fn decode(word: u64, ipa: Ipa, shift: u6) Mapping {
    const mask = (@as(u64, 1) << shift) - 1;
    const attr = word >> 2 & 0xf;
    const output = (word & 0xffff_ffff_f000) & ~mask;
    return .{
        .ipa = ipa,
        .pa = Pa.from(output | (ipa.raw() & mask)),
        .size = (mask + 1) - (ipa.raw() & mask),
        .readable = word >> 6 & 1 == 1,
        .writable = word >> 7 & 1 == 1,
        .executable = word >> 54 & 1 == 0,
        .device = attr & 0b1100 == 0,
        .write_back = attr == 0xf and word >> 8 & 3 == 3,
    };
}

/// Every leaf reachable from `root`, in IPA order.
pub fn leaves(reader: TableReader, root: Pa) LeafIterator {
    return .{ .reader = reader, .root = root };
}

pub const LeafIterator = struct {
    reader: TableReader,
    root: Pa,
    next_ipa: u64 = 0,

    pub fn next(iterator: *LeafIterator) ?Mapping {
        while (iterator.next_ipa >> 39 == 0) {
            const ipa = Ipa.from(iterator.next_ipa);
            switch (translate(iterator.reader, iterator.root, ipa)) {
                .mapped => |mapping| {
                    assert(mapping.size >= 4096);
                    iterator.next_ipa += mapping.size;
                    return mapping;
                },
                .fault => iterator.next_ipa += iterator.hole(ipa),
            }
        }
        return null;
    }

    /// The size of the unmapped area at `ipa`, as far as one empty entry tells.
    fn hole(iterator: *const LeafIterator, ipa: Ipa) u64 {
        var table = iterator.root;
        var shift: u6 = 30;
        while (shift > 12) : (shift -= 9) {
            const entries = iterator.reader.read(iterator.reader.context, table) orelse break;
            const word = entries[(ipa.raw() >> shift) & 511];
            if (word & 3 != 3) break;
            table = Pa.from(word & 0xffff_ffff_f000);
        }
        // Whatever came before ended at the end of an entry of this table.
        assert(ipa.isAligned(@as(u64, 1) << shift));
        return @as(u64, 1) << shift;
    }
};

/// The first leaf through which the cell reaches a byte of physical [base, base + size), or null: unreachable.
pub fn reaches(reader: TableReader, root: Pa, base: Pa, size: u64) ?Mapping {
    assert(size > 0);
    var all = leaves(reader, root);
    while (all.next()) |mapping| {
        if (address.overlaps(mapping.pa.raw(), mapping.size, base.raw(), size)) return mapping;
    }
    return null;
}
