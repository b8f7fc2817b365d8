// SPDX-License-Identifier: Apache-2.0
//! The payload buffers of one ring, handed out by window offset. The bookkeeping is private to the side that writes the pool:
//! nothing of it lies in the window, so the peer can neither read nor spoil it.
const std = @import("std");
const assert = std.debug.assert;
const abi = @import("ion_abi");

pub const buffers_max = 256;

pub const BufferPool = struct {
    base: u32,
    buffer_size: u32,
    buffer_count: u32,
    /// A stack of free buffer numbers; the first `free_count` entries are valid.
    free: [buffers_max]u16,
    free_count: u32,
    taken: std.StaticBitSet(buffers_max),

    pub fn init(ring: abi.Ring) BufferPool {
        assert(ring.buffer_count > 0 and ring.buffer_count <= buffers_max);
        assert(@as(u64, ring.buffer_size) * ring.buffer_count <= ring.pool_size);
        var pool: BufferPool = .{
            .base = ring.pool_offset,
            .buffer_size = ring.buffer_size,
            .buffer_count = ring.buffer_count,
            .free = undefined,
            .free_count = ring.buffer_count,
            .taken = .empty,
        };
        // Lowest offsets first: a quiet channel stays in few pages.
        for (pool.free[0..ring.buffer_count], 0..) |*slot, index| slot.* = @intCast(ring.buffer_count - 1 - index);
        return pool;
    }

    /// The window offset of a free buffer, or null when all are in flight.
    pub fn take(pool: *BufferPool) ?u32 {
        if (pool.free_count == 0) return null;
        pool.free_count -= 1;
        const number = pool.free[pool.free_count];
        assert(!pool.taken.isSet(number));
        pool.taken.set(number);
        return pool.base + number * pool.buffer_size;
    }

    pub const GiveError = error{
        /// Not the start of a buffer of this pool.
        NotABuffer,
        /// The buffer is free already.
        AlreadyFree,
    };

    pub fn give(pool: *BufferPool, offset: u32) GiveError!void {
        if (offset < pool.base) return error.NotABuffer;
        const within = offset - pool.base;
        if (within % pool.buffer_size != 0) return error.NotABuffer;
        const number = within / pool.buffer_size;
        if (number >= pool.buffer_count) return error.NotABuffer;
        if (!pool.taken.isSet(number)) return error.AlreadyFree;
        pool.taken.unset(number);
        pool.free[pool.free_count] = @intCast(number);
        pool.free_count += 1;
        assert(pool.free_count <= pool.buffer_count);
    }

    pub fn inFlight(pool: *const BufferPool) u32 {
        const count = pool.buffer_count - pool.free_count;
        assert(count == pool.taken.count());
        return count;
    }
};
