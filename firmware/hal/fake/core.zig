// SPDX-License-Identifier: Apache-2.0
//! A core for host tests of drivers: system registers that keep what is written, and a log
//! of writes, barriers and calls to firmware in their order.

const std = @import("std");

pub const Event = union(enum) {
    write: struct { name: []const u8, value: u64 },
    isb,
    dsb_sy,
    smc: [4]u64,
    hvc: u32,
};

const capacity = 32;

var names: [capacity][]const u8 = undefined;
var values: [capacity]u64 = undefined;
var known: usize = 0;
var log: [128]Event = undefined;
var logged: usize = 0;
/// What the next SMC gives back.
pub var answer: u64 = 0;

/// Every register zero, nothing logged: the start of a test.
pub fn reset() void {
    known = 0;
    logged = 0;
    answer = 0;
}

/// Forgets what was logged; registers stay.
pub fn forget() void {
    logged = 0;
}

pub fn events() []const Event {
    return log[0..logged];
}

pub fn put(name: []const u8, value: u64) void {
    place(name).* = value;
}

pub fn get(name: []const u8) u64 {
    return place(name).*;
}

fn place(name: []const u8) *u64 {
    for (names[0..known], values[0..known]) |one, *value| {
        if (std.mem.eql(u8, one, name)) return value;
    }
    names[known] = name;
    values[known] = 0;
    known += 1;
    return &values[known - 1];
}

fn note(event: Event) void {
    log[logged] = event;
    logged += 1;
}

pub fn read(comptime name: []const u8) u64 {
    return get(name);
}

pub fn write(comptime name: []const u8, value: u64) void {
    put(name, value);
    note(.{ .write = .{ .name = name, .value = value } });
}

pub fn isb() void {
    note(.isb);
}

pub fn dsbSy() void {
    note(.dsb_sy);
}

pub fn smc(function: u32, a: u64, b: u64, c: u64) u64 {
    note(.{ .smc = .{ function, a, b, c } });
    return answer;
}

pub fn hvcOrSkip(function: u32) void {
    note(.{ .hvc = function });
}
