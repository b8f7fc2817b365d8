// SPDX-License-Identifier: Apache-2.0
//! Against FIPS 180-4's examples and, for every length around the block boundaries, against std's implementation.
const std = @import("std");
const nipcell = @import("nipcell");
const expect = std.testing.expect;
const expectEqualSlices = std.testing.expectEqualSlices;

fn expectDigest(comptime hex: []const u8, input: []const u8) !void {
    var expected: [64]u8 = undefined;
    _ = try std.fmt.hexToBytes(&expected, hex);
    try expectEqualSlices(u8, &expected, &nipcell.sha512.hash(input));
}

test "published examples" {
    try expectDigest("cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e", "");
    try expectDigest("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f", "abc");
    try expectDigest(
        "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
    );
    var million: [1_000_000]u8 = undefined;
    @memset(&million, 'a');
    try expectDigest("e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b", &million);
}

test "every length to 520 at every alignment" {
    var buffer: [528]u8 align(8) = undefined;
    var state = std.Random.DefaultPrng.init(256);
    state.random().bytes(&buffer);
    for (0..8) |start| {
        for (0..520) |length| {
            const input = buffer[start..][0..length];
            var expected: [64]u8 = undefined;
            std.crypto.hash.sha2.Sha512.hash(input, &expected, .{});
            try expectEqualSlices(u8, &expected, &nipcell.sha512.hash(input));
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
        var expected: [64]u8 = undefined;
        std.crypto.hash.sha2.Sha512.hash(buffer[0..length], &expected, .{});
        try expectEqualSlices(u8, &expected, &nipcell.sha512.hash(buffer[0..length]));
    }
}
