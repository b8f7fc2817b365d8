// SPDX-License-Identifier: Apache-2.0
//! SHA-512 (FIPS 180-4), scalar and fully unrolled. std.crypto's picks the SIMD form wherever the CPU model has it, and Rumpk may
//! not touch a SIMD register. On a 64-bit core without SIMD it needs two thirds of SHA-256's instructions for a byte (19 to 29).
const builtin = @import("builtin");
const std = @import("std");
const assert = std.debug.assert;

pub const Digest = [64]u8;

const block_size = 128;
const State = [8]u64;
const word_align = @alignOf(u64);
const Block = *align(word_align) const [block_size]u8;

/// First 64 bits of the fractional parts of the square roots of the first eight primes (section 5.3.5).
const initial: State = .{
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/// First 64 bits of the fractional parts of the cube roots of the first 80 primes (section 4.2.3).
const round_constants = [80]u64{
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

/// The digest of `bytes`. Fast when they are 8-byte aligned; any alignment is right.
pub fn hash(bytes: []const u8) Digest {
    var state = initial;
    const whole = bytes.len - bytes.len % block_size;
    compressAll(&state, bytes[0..whole]);
    finish(&state, bytes[whole..], bytes.len);
    var digest: Digest = undefined;
    for (state, 0..) |word, index| std.mem.writeInt(u64, digest[index * 8 ..][0..8], word, .big);
    return digest;
}

/// The kernel's own core has an assembly form, checked against the host's digests at every boot; everything else, the host tests
/// included, compiles the Zig form below.
const by_assembly = builtin.cpu.arch == .aarch64;

comptime {
    if (by_assembly) asm (constantSymbols() ++ @embedFile("sha512_aarch64.S"));
}

/// `.set K0, …` to K79, so that the assembly has no table of its own.
fn constantSymbols() []const u8 {
    comptime {
        @setEvalBranchQuota(200_000);
        var text: []const u8 = "";
        for (round_constants, 0..) |constant, round| text = text ++ std.fmt.comptimePrint(".set K{d}, 0x{x}\n", .{ round, constant });
        return text;
    }
}

extern fn sha512_blocks(state: *State, bytes: [*]const u8, count: usize) callconv(.c) void;

/// Whole blocks.
fn compressAll(state: *State, bytes: []const u8) void {
    assert(bytes.len % block_size == 0);
    if (std.mem.isAligned(@intFromPtr(bytes.ptr), word_align)) return compressAligned(state, @alignCast(bytes));
    var offset: usize = 0;
    while (offset < bytes.len) : (offset += block_size) {
        const copy: [block_size]u8 align(word_align) = bytes[offset..][0..block_size].*;
        compressAligned(state, &copy);
    }
}

fn compressAligned(state: *State, bytes: []align(word_align) const u8) void {
    const count = bytes.len / block_size;
    if (count == 0) return;
    if (by_assembly) return sha512_blocks(state, bytes.ptr, count);
    for (0..count) |index| compress(state, @alignCast(bytes[index * block_size ..][0..block_size]));
}

/// The last, padded block or two (section 5.1.2). The length is a 128-bit number of bits; its upper half is always 0 here.
fn finish(state: *State, rest: []const u8, length: usize) void {
    assert(rest.len < block_size and rest.len == length % block_size);
    var padded: [2 * block_size]u8 align(word_align) = @splat(0);
    @memcpy(padded[0..rest.len], rest);
    padded[rest.len] = 0x80;
    const blocks: usize = if (rest.len < block_size - 16) 1 else 2;
    std.mem.writeInt(u64, padded[blocks * block_size - 8 ..][0..8], @as(u64, length) * 8, .big);
    compressAll(state, padded[0 .. blocks * block_size]);
}

/// Section 6.4.2. The working variables rotate by index, not by moving; the message schedule is 16 words rolled in place.
/// maj(a, b, c) is computed as b ^ ((a ^ b) & (b ^ c)), whose b ^ c is the round before's a ^ b.
fn compress(state: *State, block: Block) void {
    @setEvalBranchQuota(10_000);
    const words: *const [16]u64 = @ptrCast(block);
    var schedule: [16]u64 = undefined;
    var v = state.*;
    var b_xor_c = v[1] ^ v[2];
    inline for (0..80) |round| {
        const slot = round % 16;
        if (round < 16) {
            schedule[slot] = std.mem.bigToNative(u64, words[slot]);
        } else {
            schedule[slot] +%= smallSigma0(schedule[(round + 1) % 16]) +% schedule[(round + 9) % 16] +%
                smallSigma1(schedule[(round + 14) % 16]);
        }
        const a = v[(80 - round) % 8];
        const b = v[(81 - round) % 8];
        const e = v[(84 - round) % 8];
        const f = v[(85 - round) % 8];
        const g = v[(86 - round) % 8];
        const a_xor_b = a ^ b;
        const choice = g ^ (e & (f ^ g));
        const sum = v[(87 - round) % 8] +% bigSigma1(e) +% choice +% round_constants[round] +% schedule[slot];
        v[(83 - round) % 8] +%= sum;
        v[(87 - round) % 8] = sum +% bigSigma0(a) +% (b ^ (a_xor_b & b_xor_c));
        b_xor_c = a_xor_b;
    }
    for (state, v) |*word, working| word.* +%= working;
}

inline fn bigSigma0(x: u64) u64 {
    return rotate(x, 28) ^ rotate(x, 34) ^ rotate(x, 39);
}

inline fn bigSigma1(x: u64) u64 {
    return rotate(x, 14) ^ rotate(x, 18) ^ rotate(x, 41);
}

inline fn smallSigma0(x: u64) u64 {
    return rotate(x, 1) ^ rotate(x, 8) ^ (x >> 7);
}

inline fn smallSigma1(x: u64) u64 {
    return rotate(x, 19) ^ rotate(x, 61) ^ (x >> 6);
}

inline fn rotate(x: u64, comptime count: u6) u64 {
    return std.math.rotr(u64, x, count);
}
