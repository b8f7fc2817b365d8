// SPDX-License-Identifier: Apache-2.0
const std = @import("std");
const systable = @import("../systable.zig");

const testing = std.testing;

test "published bytes: the magic first, little-endian, and 240 of them" {
    var place: systable.SysTable align(16) = undefined;
    place.clear();
    place.s_cmd = @ptrFromInt(0x4030_0000);
    place.publish();
    const bytes = std.mem.asBytes(&place);
    try testing.expectEqual(240, bytes.len);
    try testing.expectEqualStrings("SUXN", bytes[0..4]);
    try testing.expectEqual(0x4030_0000, std.mem.readInt(u64, bytes[32..40], .little));
    try testing.expect(std.mem.allEqual(u8, bytes[48..], 0));
}
