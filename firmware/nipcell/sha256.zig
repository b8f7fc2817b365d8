// SPDX-License-Identifier: Apache-2.0
//! SHA-256 (FIPS 180-4).
const std = @import("std");

pub const Digest = [32]u8;

pub fn hash(bytes: []const u8) Digest {
    var digest: Digest = undefined;
    std.crypto.hash.sha2.Sha256.hash(bytes, &digest, .{});
    return digest;
}
