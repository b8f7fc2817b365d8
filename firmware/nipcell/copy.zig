// SPDX-License-Identifier: Apache-2.0
//! Copying and moving megabytes without SIMD. compiler_rt's memcpy goes byte by byte when unaligned accesses are ruled out and
//! the two sides are not equally aligned; archive members are only 4-byte aligned.
const std = @import("std");
const assert = std.debug.assert;

/// Like @memcpy; fast when both sides are 4-byte aligned.
pub fn copy(target: []u8, source: []const u8) void {
    assert(!overlap(target, source));
    move(target, source);
}

/// Like @memmove; fast unless `target` begins inside `source`.
pub fn move(target: []u8, source: []const u8) void {
    assert(target.len == source.len);
    if (overlap(target, source) and @intFromPtr(target.ptr) > @intFromPtr(source.ptr)) return moveUp(target, source);
    const done = if (alignedTo(u64, target, source))
        copyWords(u64, target, source)
    else if (alignedTo(u32, target, source))
        copyWords(u32, target, source)
    else
        0;
    for (target[done..], source[done..]) |*to, from| to.* = from;
}

/// From the last byte down: each one is read before it is written over.
fn moveUp(target: []u8, source: []const u8) void {
    var index = source.len;
    while (index > 0) {
        index -= 1;
        target[index] = source[index];
    }
}

/// Copies whole words upwards, so that `target` may overlap `source` from below; returns the bytes done. The atomic loads keep
/// the compiler from turning the loop back into memcpy.
/// 64 bytes of loads, then as many stores: alternating between two pages that share a TLB entry is what makes a copy slow.
fn copyWords(comptime Word: type, target: []u8, source: []const u8) usize {
    const count = source.len / @sizeOf(Word);
    const to: [*]Word = @ptrCast(@alignCast(target.ptr));
    const from: [*]const Word = @ptrCast(@alignCast(source.ptr));
    const unroll = 64 / @sizeOf(Word);
    var index: usize = 0;
    while (count - index >= unroll) : (index += unroll) {
        var words: [unroll]Word = undefined;
        inline for (&words, 0..) |*word, offset| word.* = @atomicLoad(Word, &from[index + offset], .monotonic);
        inline for (words, 0..) |word, offset| to[index + offset] = word;
    }
    while (index < count) : (index += 1) to[index] = @atomicLoad(Word, &from[index], .monotonic);
    assert(index == count);
    return count * @sizeOf(Word);
}

fn alignedTo(comptime Word: type, target: []const u8, source: []const u8) bool {
    return (@intFromPtr(target.ptr) | @intFromPtr(source.ptr)) % @sizeOf(Word) == 0;
}

fn overlap(a: []const u8, b: []const u8) bool {
    const a_start = @intFromPtr(a.ptr);
    const b_start = @intFromPtr(b.ptr);
    return a_start < b_start + b.len and b_start < a_start + a.len;
}
