// SPDX-License-Identifier: Apache-2.0
//! A register file for host tests of drivers, as the bus they take. A register reads as it
//! was last written or put; what a device does by itself is scripted: values that a
//! register shows in turn before it stays at the last.

const std = @import("std");

pub const Write = struct { offset: u64, value: u32 };

/// `size` bytes of registers at `base`. Anything outside of them is a driver's mistake.
pub fn RegisterFile(comptime base: u64, comptime size: u64) type {
    return struct {
        const word_count = size / 4;
        const log_capacity = 256;
        /// No driver of a test looks so often at one register, but one that waits for ever.
        const patience = 256;

        var words: [word_count]u32 = @splat(0);
        var scripts: [word_count][]const u32 = @splat(&.{});
        var reads: [word_count]usize = @splat(0);
        var log: [log_capacity]Write = undefined;
        var logged: usize = 0;

        /// Every register zero, nothing scripted, nothing seen: the start of a test.
        pub fn reset() void {
            words = @splat(0);
            scripts = @splat(&.{});
            reads = @splat(0);
            logged = 0;
        }

        pub fn put(offset: u64, value: u32) void {
            words[indexOf(base + offset)] = value;
        }

        /// The next reads of the register show these values, the last one for ever.
        pub fn script(offset: u64, values: []const u32) void {
            std.debug.assert(values.len > 0);
            scripts[indexOf(base + offset)] = values;
        }

        pub fn readsOf(offset: u64) usize {
            return reads[indexOf(base + offset)];
        }

        /// All writes since `reset`, in their order.
        pub fn writes() []const Write {
            return log[0..logged];
        }

        /// The bytes that were written to one register, in their order.
        pub fn bytesTo(offset: u64, buffer: []u8) []const u8 {
            var len: usize = 0;
            for (writes()) |one| {
                if (one.offset != offset) continue;
                buffer[len] = @intCast(one.value);
                len += 1;
            }
            return buffer[0..len];
        }

        pub fn read(address: u64) u32 {
            const index = indexOf(address);
            reads[index] += 1;
            if (reads[index] > patience) @panic("a driver waits for ever");
            const values = scripts[index];
            if (values.len > 0) {
                words[index] = values[0];
                scripts[index] = values[1..];
            }
            return words[index];
        }

        pub fn write(address: u64, value: u32) void {
            words[indexOf(address)] = value;
            log[logged] = .{ .offset = address - base, .value = value };
            logged += 1;
        }

        fn indexOf(address: u64) usize {
            std.debug.assert(address >= base and address - base < size);
            std.debug.assert((address - base) % 4 == 0);
            return @intCast((address - base) / 4);
        }
    };
}
