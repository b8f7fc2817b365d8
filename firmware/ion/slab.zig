// SPDX-License-Identifier: Apache-2.0
//! Fixed-size buffers that IonPackets refer to by number. Single owner; nothing is ever allocated after `init`.
const std = @import("std");
const assert = std.debug.assert;

pub fn SlabPool(comptime slab_count: u16, comptime slab_size: u32) type {
    comptime assert(slab_count > 0 and slab_size > 0 and slab_size % 64 == 0);
    return struct {
        const Self = @This();
        pub const count = slab_count;
        pub const size = slab_size;
        pub const memory_size = @as(usize, slab_count) * slab_size;

        memory: *align(64) [memory_size]u8,
        /// A stack of free numbers; the first `free_count` are valid.
        free: [slab_count]u16,
        free_count: u16,
        taken: std.StaticBitSet(slab_count),

        pub fn init(memory: *align(64) [memory_size]u8) Self {
            var pool: Self = undefined;
            pool.reset(memory);
            return pool;
        }

        /// Every slab free, in place: for a pool too large to be an image in the binary.
        pub fn reset(pool: *Self, memory: *align(64) [memory_size]u8) void {
            pool.memory = memory;
            pool.free_count = slab_count;
            pool.taken = .empty;
            for (&pool.free, 0..) |*slot, index| slot.* = @intCast(slab_count - 1 - index);
            assert(pool.outstanding() == 0);
        }

        /// The number of a free slab, or null when none is left.
        pub fn take(pool: *Self) ?u16 {
            if (pool.free_count == 0) return null;
            pool.free_count -= 1;
            const id = pool.free[pool.free_count];
            assert(!pool.taken.isSet(id));
            pool.taken.set(id);
            return id;
        }

        pub fn give(pool: *Self, id: u16) error{ NotASlab, AlreadyFree }!void {
            if (id >= slab_count) return error.NotASlab;
            if (!pool.taken.isSet(id)) return error.AlreadyFree;
            pool.taken.unset(id);
            pool.free[pool.free_count] = id;
            pool.free_count += 1;
            assert(pool.free_count <= slab_count);
        }

        /// The bytes of a slab that is taken.
        pub fn bytes(pool: *const Self, id: u16) *align(64) [slab_size]u8 {
            assert(id < slab_count and pool.taken.isSet(id));
            return @alignCast(pool.memory[@as(usize, id) * slab_size ..][0..slab_size]);
        }

        /// Slabs taken and not given back: 0 when nothing leaked.
        pub fn outstanding(pool: *const Self) u16 {
            const result = slab_count - pool.free_count;
            assert(result == pool.taken.count());
            return result;
        }
    };
}
