// SPDX-License-Identifier: Apache-2.0
//! A guest-physical range. Every overlap between the things put into a cell is computed on these, never on where their bytes
//! come from.
const std = @import("std");
const assert = std.debug.assert;
const stage2 = @import("stage2");
const Ipa = stage2.Ipa;

pub const Span = struct {
    base: Ipa,
    /// Bytes.
    size: u64,

    pub fn from(base: u64, size: u64) Span {
        assert(size <= std.math.maxInt(u64) - base);
        return .{ .base = Ipa.from(base), .size = size };
    }

    /// The first address after the span.
    pub fn end(span: Span) u64 {
        return span.base.plus(span.size).raw();
    }

    pub fn overlaps(a: Span, b: Span) bool {
        return stage2.address.overlaps(a.base.raw(), a.size, b.base.raw(), b.size);
    }

    pub fn contains(outer: Span, inner: Span) bool {
        return inner.base.raw() >= outer.base.raw() and inner.end() <= outer.end();
    }

    /// The bytes of `inner` in a slice that holds all of `outer`.
    pub fn slice(outer: Span, bytes: []u8, inner: Span) []u8 {
        assert(bytes.len == outer.size and outer.contains(inner));
        return bytes[@intCast(inner.base.raw() - outer.base.raw())..][0..@intCast(inner.size)];
    }
};
