// SPDX-License-Identifier: Apache-2.0
//! Against FIPS 180-4's examples and, for every length around the block boundaries, against std's implementation.
const std = @import("std");
const nipcell = @import("nipcell");
const expect = std.testing.expect;
const expectEqualSlices = std.testing.expectEqualSlices;

fn expectDigest(comptime hex: []const u8, input: []const u8) !void {
    var expected: [32]u8 = undefined;
    _ = try std.fmt.hexToBytes(&expected, hex);
    try expectEqualSlices(u8, &expected, &nipcell.sha256.hash(input));
}

test "published examples" {
    try expectDigest("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "");
    try expectDigest("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "abc");
    try expectDigest(
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    );
    var million: [1_000_000]u8 = undefined;
    @memset(&million, 'a');
    try expectDigest("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", &million);
}

test "every length to 520 at every alignment" {
    var buffer: [528]u8 align(8) = undefined;
    var state = std.Random.DefaultPrng.init(256);
    state.random().bytes(&buffer);
    for (0..8) |start| {
        for (0..520) |length| {
            const input = buffer[start..][0..length];
            var expected: [32]u8 = undefined;
            std.crypto.hash.sha2.Sha256.hash(input, &expected, .{});
            try expectEqualSlices(u8, &expected, &nipcell.sha256.hash(input));
        }
    }
}

test "random contents of random lengths" {
    var buffer: [70_000]u8 = undefined;
    var state = std.Random.DefaultPrng.init(1);
    const random = state.random();
    for (0..200) |_| {
        const length = random.uintLessThan(usize, buffer.len);
        random.bytes(buffer[0..length]);
        var expected: [32]u8 = undefined;
        std.crypto.hash.sha2.Sha256.hash(buffer[0..length], &expected, .{});
        try expectEqualSlices(u8, &expected, &nipcell.sha256.hash(buffer[0..length]));
    }
}
