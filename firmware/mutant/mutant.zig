// SPDX-License-Identifier: Apache-2.0
//! Deliberate sabotage, chosen at boot, to prove that a check can fail.
//!
//! Without `-Dproof-mutants=true` every `on(...)` is false at compile time, so the
//! shipped image holds neither the sabotage nor the code that selects it.

const std = @import("std");
const options = @import("mutant_options");

pub const enabled: bool = options.enabled;

/// One name a sabotage. The comment says what it breaks; the proof's mutant list
/// says which check must then fail.
pub const Name = @import("names.zig").Name;

/// The token looked for in the boot arguments: `mutant=<name>`. On the command line a
/// name has dashes where `Name` has underscores; `mutant=none` is an honest boot.
pub const token_prefix = "mutant=";

/// One byte rather than an optional: every `on` compares it, and the image has a budget.
const honest: u8 = std.meta.fieldNames(Name).len;
var selected: u8 = honest;

/// True when this boot runs under sabotage `name`.
pub inline fn on(comptime name: Name) bool {
    if (!enabled) return false;
    return selected == @backingInt(name);
}

/// The sabotage this boot runs under, or null for an honest boot.
pub fn active() ?Name {
    if (!enabled or selected == honest) return null;
    return std.enums.values(Name)[selected];
}

/// Reads `mutant=<name>` out of a boot command line; no token leaves an honest boot.
/// Errors: UnknownMutant when the name is in no list, NotBuilt when the token is
/// given to an image built without `-Dproof-mutants=true`.
pub fn select(boot_arguments: []const u8) error{ UnknownMutant, NotBuilt }!void {
    const name = find(boot_arguments) orelse return;
    if (std.mem.eql(u8, name, "none")) return;
    if (!enabled) return error.NotBuilt;
    selected = @backingInt(parse(name) orelse return error.UnknownMutant);
}

fn parse(name: []const u8) ?Name {
    var buffer: [48]u8 = undefined;
    if (name.len > buffer.len) return null;
    for (buffer[0..name.len], name) |*out, byte| out.* = if (byte == '-') '_' else byte;
    return std.meta.stringToEnum(Name, buffer[0..name.len]);
}

/// The name after `mutant=` in a boot command line, or null without such a token.
pub fn find(boot_arguments: []const u8) ?[]const u8 {
    var tokens = std.mem.tokenizeAny(u8, boot_arguments, " \t\x00");
    while (tokens.next()) |token| {
        if (std.mem.startsWith(u8, token, token_prefix)) return token[token_prefix.len..];
    }
    return null;
}

test "no token leaves an honest boot" {
    try select("console=ttyAMA0 quiet");
    try std.testing.expectEqual(null, active());
}

test "the token is found among others" {
    try std.testing.expectEqualStrings("a-b", find("quiet mutant=a-b x=1").?);
    try std.testing.expectEqual(null, find("notmutant=a"));
}

test "an unknown name is an error, whatever the build" {
    const expected: anyerror = if (enabled) error.UnknownMutant else error.NotBuilt;
    try std.testing.expectError(expected, select("mutant=no-such-sabotage"));
    try std.testing.expectError(expected, select("mutant=" ++ @as([100]u8, @splat('x'))));
}

test "every name is reachable from the command line, with dashes" {
    inline for (comptime std.enums.values(Name)) |name| {
        var buffer = @tagName(name).*;
        std.mem.replaceScalar(u8, &buffer, '_', '-');
        try std.testing.expectEqual(name, parse(&buffer).?);
    }
    try select("mutant=none");
    try std.testing.expectEqual(null, active());
}
