// SPDX-License-Identifier: Apache-2.0
//! One window for all tests of this binary; each test seeds it anew.
const std = @import("std");
const ion = @import("ion");

pub var bytes: [ion.abi.window_size]u8 align(4096) = undefined;

pub const parameters: ion.SeedParameters = .{ .epoch = 7, .counter_frequency_hz = 62_500_000 };

pub fn seeded() ion.Window {
    ion.seed(&bytes, parameters);
    return ion.Window.init(&bytes);
}

pub fn ring(index: ion.abi.RingIndex) ion.abi.Ring {
    return ion.abi.rings[@backingInt(index)];
}

/// A descriptor without payload that the ring's policy accepts.
pub fn plain(number: u32) ion.abi.Descriptor {
    var descriptor = std.mem.zeroes(ion.abi.Descriptor);
    descriptor.kind = 1;
    descriptor.tag = number;
    descriptor.argument = @as(u64, number) * 3;
    return descriptor;
}

/// Only the index cells at zero, for tests that need it thousands of times: clearing 16 MiB each time would take minutes.
pub fn cellsCleared() ion.Window {
    const window = ion.Window.init(&bytes);
    @memset(bytes[0x1000..0x3000], 0);
    return window;
}
