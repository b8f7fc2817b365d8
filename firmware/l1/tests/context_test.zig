// SPDX-License-Identifier: Apache-2.0
const std = @import("std");
const builtin = @import("builtin");
const context = @import("../context.zig");

const testing = std.testing;

var main_context: context.StackPointer = undefined;
var other_context: context.StackPointer = undefined;
var seen_argument: usize = 0;
var rounds: usize = 0;

fn body(argument: usize) callconv(.c) noreturn {
    seen_argument = argument;
    var local: usize = 1;
    while (true) {
        rounds += local;
        local += 1;
        context.switchTo(&other_context, main_context);
    }
}

test "frames have the published sizes" {
    const expected: usize = if (builtin.cpu.arch == .aarch64) 96 else 56;
    try testing.expectEqual(expected, context.frame_size);
}

test "a context starts with its argument and keeps its locals across switches" {
    var stack: [64 * 1024]u8 align(context.stack_alignment) = undefined;
    other_context = context.prepare(&stack, body, 0x5eed);
    var expected: usize = 0;
    for (1..6) |round| {
        context.switchTo(&main_context, other_context);
        expected += round;
        try testing.expectEqual(expected, rounds);
    }
    try testing.expectEqual(0x5eed, seen_argument);
    const inside = @backingInt(other_context);
    try testing.expect(inside > @intFromPtr(&stack) and inside < @intFromPtr(&stack) + stack.len);
}
