// SPDX-License-Identifier: Apache-2.0
//! What a cell may reach, as data. A `Plan` can only come out of `validate`, and the builder takes nothing else:
//! no descriptor exists before every range has been checked against every other and against the host's own memory.
const std = @import("std");
const assert = std.debug.assert;
const address = @import("address.zig");
const Ipa = address.Ipa;
const Pa = address.Pa;

/// T0SZ = 25: one 4 KiB level 1 root, no concatenation (Arm ARM D8.2.2).
pub const ipa_bits = 39;
pub const ipa_limit: u64 = 1 << ipa_bits;

pub const Memory = enum { normal, device };
/// `none` reserves the addresses: nothing is mapped there and nothing else may be planned there.
pub const Access = enum { none, ro, rw };

pub const Range = struct {
    /// For reports: "carve-out", "ion.header", "uart".
    name: []const u8,
    ipa: Ipa,
    /// Ignored when `access` is `none`.
    pa: Pa,
    /// Bytes, a multiple of 4 KiB.
    size: u64,
    memory: Memory = .normal,
    access: Access,
    execute: bool = false,
    /// Whether this physical memory may appear in another `shared` range too, on purpose.
    shared: bool = false,
};

/// Physical memory that no cell may ever reach.
pub const HostRange = struct { name: []const u8, base: Pa, size: u64 };

pub const Reason = enum {
    empty,
    ipa_unaligned,
    pa_unaligned,
    size_unaligned,
    ipa_out_of_bounds,
    pa_out_of_bounds,
    ipa_overlap,
    pa_overlap,
    /// The same physical memory as Normal and as Device: mismatched attributes (Arm ARM B2.16).
    memory_type_conflict,
    host_owned,
    device_executable,

    /// One clause for a refusal line.
    pub fn text(reason: Reason) []const u8 {
        return switch (reason) {
            .empty => "its size is 0",
            .ipa_unaligned => "its IPA is not 4 KiB aligned",
            .pa_unaligned => "its PA is not 4 KiB aligned",
            .size_unaligned => "its size is not a multiple of 4 KiB",
            .ipa_out_of_bounds => "it does not fit into the 39-bit IPA space",
            .pa_out_of_bounds => "it does not fit into the machine's physical address space",
            .ipa_overlap => "its IPAs overlap those of another range",
            .pa_overlap => "its physical memory is also mapped by another range, and not both are marked shared",
            .memory_type_conflict => "its physical memory is mapped as Normal here and as Device elsewhere",
            .host_owned => "its physical memory belongs to the host",
            .device_executable => "device memory may not be executable",
        };
    }
};

/// Why a plan was refused: range `range`, against `other` (a range index, or a host range index for `host_owned`).
pub const Refusal = struct { reason: Reason, range: usize, other: ?usize = null };

pub const Verdict = union(enum) { valid: Plan, refused: Refusal };

pub const Limits = struct {
    /// Implemented physical address bits (ID_AA64MMFR0_EL1.PARange); see `registers.paBits`.
    pa_bits: u6 = 48,
};

/// A checked plan. Make it with `validate` only.
pub const Plan = struct {
    ranges: []const Range,

    /// What was planned for one IPA: the range and the offset in it.
    pub fn lookup(plan: Plan, ipa: Ipa) ?struct { range: Range, offset: u64 } {
        for (plan.ranges) |range| {
            if (ipa.raw() < range.ipa.raw()) continue;
            const offset = ipa.raw() - range.ipa.raw();
            if (offset < range.size) return .{ .range = range, .offset = offset };
        }
        return null;
    }
};

/// Checks every range alone, then against the host's memory, then against each other. The first fault found is returned.
pub fn validate(ranges: []const Range, host: []const HostRange, limits: Limits) Verdict {
    assert(limits.pa_bits >= 32 and limits.pa_bits <= 52);
    for (ranges, 0..) |range, index| {
        if (alone(range, limits)) |reason| return refuse(reason, index, null);
    }
    for (ranges, 0..) |range, index| {
        if (range.access == .none) continue;
        for (host, 0..) |owned, other| {
            if (address.overlaps(range.pa.raw(), range.size, owned.base.raw(), owned.size)) {
                return refuse(.host_owned, index, other);
            }
        }
    }
    for (ranges, 0..) |range, index| {
        for (ranges[0..index], 0..) |earlier, other| {
            if (pair(range, earlier)) |reason| return refuse(reason, index, other);
        }
    }
    return .{ .valid = .{ .ranges = ranges } };
}

fn refuse(reason: Reason, range: usize, other: ?usize) Verdict {
    return .{ .refused = .{ .reason = reason, .range = range, .other = other } };
}

fn alone(range: Range, limits: Limits) ?Reason {
    if (range.size == 0) return .empty;
    if (range.size % address.page_size != 0) return .size_unaligned;
    if (!range.ipa.isAligned(address.page_size)) return .ipa_unaligned;
    if (range.ipa.raw() >= ipa_limit or range.size > ipa_limit - range.ipa.raw()) return .ipa_out_of_bounds;
    if (range.access == .none) return null;
    if (!range.pa.isAligned(address.page_size)) return .pa_unaligned;
    const pa_limit = @as(u64, 1) << limits.pa_bits;
    if (range.pa.raw() >= pa_limit or range.size > pa_limit - range.pa.raw()) return .pa_out_of_bounds;
    if (range.memory == .device and range.execute) return .device_executable;
    return null;
}

fn pair(a: Range, b: Range) ?Reason {
    assert(a.size > 0 and b.size > 0);
    if (address.overlaps(a.ipa.raw(), a.size, b.ipa.raw(), b.size)) return .ipa_overlap;
    if (a.access == .none or b.access == .none) return null;
    if (!address.overlaps(a.pa.raw(), a.size, b.pa.raw(), b.size)) return null;
    if (a.memory != b.memory) return .memory_type_conflict;
    return if (a.shared and b.shared) null else .pa_overlap;
}
