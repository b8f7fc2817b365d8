// SPDX-License-Identifier: Apache-2.0
//! The shared memory of one cell, by offset. The other side may write it at any time, so every access is an atomic one:
//! the compiler can neither repeat, split nor invent it, and no pointer into the window leaves this file (rules R5-R7).
const std = @import("std");
const builtin = @import("builtin");
const assert = std.debug.assert;
const abi = @import("ion_abi");
const Order = std.lang.AtomicOrder;

/// Widest access; a descriptor is four of them.
const Word = u64;
const DescriptorWords = [@sizeOf(abi.Descriptor) / @sizeOf(Word)]Word;

pub const Window = struct {
    base: [*]align(abi_alignment) u8,
    size: u32,

    pub const abi_alignment = 4096;

    pub fn init(bytes: []align(abi_alignment) u8) Window {
        assert(bytes.len == abi.window_size);
        return .{ .base = bytes.ptr, .size = @intCast(bytes.len) };
    }

    /// `order` is .monotonic or .acquire.
    pub fn load(window: Window, offset: u32, comptime order: Order) u32 {
        return @atomicLoad(u32, window.at(u32, offset), order);
    }

    /// `order` is .monotonic or .release.
    pub fn store(window: Window, offset: u32, value: u32, comptime order: Order) void {
        @atomicStore(u32, window.at(u32, offset), value, order);
    }

    /// One copy into private memory (R5).
    pub fn loadDescriptor(window: Window, offset: u32) abi.Descriptor {
        var descriptor: abi.Descriptor = undefined;
        for (@as(*DescriptorWords, @ptrCast(&descriptor)), 0..) |*word, index| {
            const place = offset + @as(u32, @intCast(index * @sizeOf(Word)));
            word.* = @atomicLoad(Word, window.at(Word, place), .monotonic);
        }
        return descriptor;
    }

    pub fn storeDescriptor(window: Window, offset: u32, descriptor: abi.Descriptor) void {
        for (@as(*const DescriptorWords, @ptrCast(&descriptor)), 0..) |word, index| {
            const place = offset + @as(u32, @intCast(index * @sizeOf(Word)));
            @atomicStore(Word, window.at(Word, place), word, .monotonic);
        }
    }

    /// Payload copied in before anyone parses it (R6).
    pub fn read(window: Window, offset: u32, target: []u8) void {
        assert(offset <= window.size and target.len <= window.size - offset);
        const source = window.base + offset;
        var done: usize = 0;
        if (offset % @sizeOf(Word) == 0) {
            while (target.len - done >= @sizeOf(Word)) : (done += @sizeOf(Word)) {
                const word = @atomicLoad(Word, @as(*const Word, @ptrCast(@alignCast(source + done))), .monotonic);
                target[done..][0..@sizeOf(Word)].* = @bitCast(word);
            }
        }
        for (target[done..], done..) |*byte, index| byte.* = @atomicLoad(u8, &source[index], .monotonic);
    }

    /// Payload copied out.
    pub fn write(window: Window, offset: u32, source: []const u8) void {
        assert(offset <= window.size and source.len <= window.size - offset);
        const target = window.base + offset;
        var done: usize = 0;
        if (offset % @sizeOf(Word) == 0) {
            while (source.len - done >= @sizeOf(Word)) : (done += @sizeOf(Word)) {
                const word: Word = @bitCast(source[done..][0..@sizeOf(Word)].*);
                @atomicStore(Word, @as(*Word, @ptrCast(@alignCast(target + done))), word, .monotonic);
            }
        }
        for (source[done..], done..) |byte, index| @atomicStore(u8, &target[index], byte, .monotonic);
    }

    /// Orders every earlier access before every later one, store-to-load included (R9).
    pub fn fullBarrier(_: Window) void {
        fullBarrierOfMachine();
    }

    fn at(window: Window, comptime T: type, offset: u32) *T {
        assert(offset % @sizeOf(T) == 0);
        assert(offset < window.size and @sizeOf(T) <= window.size - offset);
        return @ptrCast(@alignCast(window.base + offset));
    }
};

fn fullBarrierOfMachine() void {
    switch (builtin.cpu.arch) {
        .aarch64 => asm volatile ("dmb ish" ::: .{ .memory = true }),
        .x86_64 => asm volatile ("mfence" ::: .{ .memory = true }),
        else => {
            var word: u32 = 0;
            _ = @atomicRmw(u32, &word, .Xchg, 1, .seq_cst);
        },
    }
}
