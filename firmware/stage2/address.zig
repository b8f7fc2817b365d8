// SPDX-License-Identifier: Apache-2.0
//! The two kinds of address that stage-2 translation connects. They never mix: a function that takes one cannot get the other.
const std = @import("std");
const assert = std.debug.assert;

pub const page_size: u64 = 4 << 10;
pub const block_size_2m: u64 = 2 << 20;
pub const block_size_1g: u64 = 1 << 30;

/// Intermediate physical address: what the guest believes is physical.
pub const Ipa = Address("ipa");
/// Physical address: what the memory system sees.
pub const Pa = Address("pa");

fn Address(comptime kind: []const u8) type {
    return enum(u64) {
        _,
        const Self = @This();
        /// Keeps the two instantiations distinct types.
        pub const name = kind;

        pub fn from(value: u64) Self {
            return @fromBackingInt(value);
        }

        pub fn raw(address: Self) u64 {
            return @backingInt(address);
        }

        /// `bytes` further on; the sum must not wrap.
        pub fn plus(address: Self, bytes: u64) Self {
            assert(bytes <= std.math.maxInt(u64) - address.raw());
            return from(address.raw() + bytes);
        }

        pub fn isAligned(address: Self, alignment: u64) bool {
            assert(std.math.isPowerOfTwo(alignment));
            return address.raw() & (alignment - 1) == 0;
        }
    };
}

/// Whether [a, a+a_size) and [b, b+b_size) share a byte. Correct for ranges that end exactly at 2^64.
pub fn overlaps(a: u64, a_size: u64, b: u64, b_size: u64) bool {
    assert(a_size == 0 or a_size - 1 <= std.math.maxInt(u64) - a);
    assert(b_size == 0 or b_size - 1 <= std.math.maxInt(u64) - b);
    if (a_size == 0 or b_size == 0) return false;
    return a <= b + (b_size - 1) and b <= a + (a_size - 1);
}
