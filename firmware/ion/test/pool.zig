// SPDX-License-Identifier: Apache-2.0
//! Buffer pools and slabs against a plain model.
const std = @import("std");
const ion = @import("ion");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectError = std.testing.expectError;

test "each buffer once, inside the pool, until none is left" {
    inline for (comptime std.enums.values(ion.abi.RingIndex)) |index| {
        const ring = fixture.ring(index);
        var pool = ion.BufferPool.init(ring);
        var seen: std.StaticBitSet(256) = .empty;
        for (0..ring.buffer_count) |_| {
            const offset = pool.take().?;
            const within = offset - ring.pool_offset;
            try expectEqual(0, within % ring.buffer_size);
            try expect(within + ring.buffer_size <= ring.pool_size);
            try expect(!seen.isSet(within / ring.buffer_size));
            seen.set(within / ring.buffer_size);
        }
        try expect(pool.take() == null);
        try expectEqual(ring.buffer_count, pool.inFlight());
    }
}

test "a buffer goes back once" {
    const ring = fixture.ring(.net_receive);
    var pool = ion.BufferPool.init(ring);
    const offset = pool.take().?;
    try expectEqual(ring.pool_offset, offset);
    try expectError(error.NotABuffer, pool.give(offset + 1));
    try expectError(error.NotABuffer, pool.give(ring.pool_offset - ring.buffer_size));
    try expectError(error.NotABuffer, pool.give(ring.pool_offset + ring.pool_size));
    try expectError(error.AlreadyFree, pool.give(offset + ring.buffer_size));
    try pool.give(offset);
    try expectError(error.AlreadyFree, pool.give(offset));
    try expectEqual(0, pool.inFlight());
    try expectEqual(offset, pool.take().?);
}

test "every sequence of takes and gives on a pool of three" {
    const Slab = ion.SlabPool(3, 64);
    var memory: [Slab.memory_size]u8 align(64) = undefined;
    // Base 4: take, or give 0, 1 or 2; eight steps.
    for (0..1 << 16) |code| {
        var pool = Slab.init(&memory);
        var taken: [3]bool = @splat(false);
        for (0..8) |step| {
            const action = code >> @intCast(step * 2) & 3;
            if (action == 3) {
                const free = std.mem.indexOfScalar(bool, &taken, false) != null;
                const id = pool.take();
                try expectEqual(free, id != null);
                if (id) |number| {
                    try expect(!taken[number]);
                    taken[number] = true;
                }
            } else if (taken[action]) {
                try pool.give(@intCast(action));
                taken[action] = false;
            } else {
                try expectError(error.AlreadyFree, pool.give(@intCast(action)));
            }
            var count: u16 = 0;
            for (taken) |is_taken| count += @intFromBool(is_taken);
            try expectEqual(count, pool.outstanding());
        }
        try expectError(error.NotASlab, pool.give(3));
    }
}

test "slabs do not share bytes" {
    const Slab = ion.SlabPool(8, 128);
    var memory: [Slab.memory_size]u8 align(64) = undefined;
    var pool = Slab.init(&memory);
    for (0..8) |_| {
        const id = pool.take().?;
        @memset(pool.bytes(id), @intCast(id + 1));
    }
    for (0..8) |id| for (pool.bytes(@intCast(id))) |byte| try expectEqual(id + 1, byte);
    try expect(pool.take() == null);
}
