// SPDX-License-Identifier: Apache-2.0
//! The page allocator: one bitmap over one range of physical memory.
//!
//! It owns no memory of its own and touches none of the pages it hands out, so the
//! same code runs on the host. A set bit is a page in use.

const std = @import("std");
const mutant = @import("mutant");

pub const page_size: usize = 4096;

/// A physical address. Rumpk maps its own memory one to one, so `pointer` is the
/// only step from an address to bytes.
pub const PhysicalAddress = enum(u64) {
    _,

    pub fn pointer(address: PhysicalAddress, comptime T: type) T {
        return @ptrFromInt(@backingInt(address));
    }
};

pub const AllocateError = error{OutOfPages};
pub const FreeError = error{ OutsidePool, NotAllocated };

pub const Request = struct {
    /// Pages in the run, at least one.
    page_count: usize = 1,
    /// Alignment of the run's first address in pages, a power of two.
    alignment_pages: usize = 1,
};

pub const Pages = struct {
    bitmap: []u64,
    first_page: u64,
    page_count: usize,
    free_count: usize,
    /// No page below this index is free.
    lowest_free: usize,

    /// Words of bitmap that a pool of `page_count` pages needs.
    pub fn bitmapWords(page_count: usize) usize {
        return std.math.divCeil(usize, page_count, 64) catch unreachable;
    }

    /// A pool over `page_count` pages from `base` on, all of them free.
    pub fn init(bitmap: []u64, base: PhysicalAddress, page_count: usize) Pages {
        std.debug.assert(@backingInt(base) % page_size == 0);
        std.debug.assert(bitmap.len >= bitmapWords(page_count));
        @memset(bitmap, 0);
        return .{
            .bitmap = bitmap,
            .first_page = @backingInt(base) / page_size,
            .page_count = page_count,
            .free_count = page_count,
            .lowest_free = 0,
        };
    }

    /// A run of consecutive free pages, the lowest that fits.
    pub noinline fn allocate(pool: *Pages, request: Request) AllocateError!PhysicalAddress {
        std.debug.assert(request.page_count > 0);
        std.debug.assert(std.math.isPowerOfTwo(request.alignment_pages));
        if (request.page_count > pool.free_count) return error.OutOfPages;
        const start = pool.findRun(request) orelse return error.OutOfPages;
        for (start..start + request.page_count) |index| pool.setUsed(index);
        pool.free_count -= request.page_count;
        if (start == pool.lowest_free) pool.lowest_free = start + request.page_count;
        return pool.addressOf(start);
    }

    /// Returns a run. On an error no page of it has changed hands.
    pub noinline fn free(pool: *Pages, address: PhysicalAddress, page_count: usize) FreeError!void {
        const start = pool.indexOf(address) orelse return error.OutsidePool;
        if (page_count == 0 or page_count > pool.page_count - start) return error.OutsidePool;
        for (start..start + page_count) |index| {
            if (!pool.isUsed(index) and !mutant.on(.page_double_free)) return error.NotAllocated;
        }
        for (start..start + page_count) |index| pool.setFree(index);
        pool.free_count += page_count;
        pool.lowest_free = @min(pool.lowest_free, start);
    }

    fn findRun(pool: *const Pages, request: Request) ?usize {
        var start = pool.alignUp(pool.lowest_free, request.alignment_pages);
        while (start <= pool.page_count - request.page_count) {
            const blocker = pool.lastUsed(start, request.page_count) orelse return start;
            start = pool.alignUp(pool.nextFree(blocker + 1), request.alignment_pages);
            if (start >= pool.page_count) break;
        }
        return null;
    }

    /// The highest page in use within the run, or null when the whole run is free.
    fn lastUsed(pool: *const Pages, start: usize, page_count: usize) ?usize {
        var index = start + page_count;
        while (index > start) {
            index -= 1;
            if (pool.isUsed(index)) return index;
        }
        return null;
    }

    fn nextFree(pool: *const Pages, from: usize) usize {
        var index = from;
        while (index < pool.page_count) {
            // A bitmap word at a time: pools are mostly long runs of one kind.
            const free_bits = ~pool.bitmap[index / 64] >> @intCast(index % 64);
            if (free_bits != 0) return index + @ctz(free_bits);
            index = (index / 64 + 1) * 64;
        }
        return pool.page_count;
    }

    /// Alignment counts from physical address zero, not from the pool's first page.
    fn alignUp(pool: *const Pages, index: usize, alignment_pages: usize) usize {
        const page: usize = @intCast(pool.first_page + index);
        return std.mem.alignForward(usize, page, alignment_pages) - @as(usize, @intCast(pool.first_page));
    }

    fn indexOf(pool: *const Pages, address: PhysicalAddress) ?usize {
        const value = @backingInt(address);
        if (value % page_size != 0) return null;
        const page = value / page_size;
        if (page < pool.first_page or page - pool.first_page >= pool.page_count) return null;
        return @intCast(page - pool.first_page);
    }

    fn addressOf(pool: *const Pages, index: usize) PhysicalAddress {
        return @fromBackingInt(@intCast((pool.first_page + index) * page_size));
    }

    noinline fn isUsed(pool: *const Pages, index: usize) bool {
        return pool.bitmap[index / 64] & (@as(u64, 1) << @intCast(index % 64)) != 0;
    }

    noinline fn setUsed(pool: *Pages, index: usize) void {
        pool.bitmap[index / 64] |= @as(u64, 1) << @intCast(index % 64);
    }

    noinline fn setFree(pool: *Pages, index: usize) void {
        pool.bitmap[index / 64] &= ~(@as(u64, 1) << @intCast(index % 64));
    }
};
