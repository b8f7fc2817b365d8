// SPDX-License-Identifier: Apache-2.0
//! The pledge: what a fiber promises to stay within, for good.
//!
//! A pledge is a ratchet. It can lose a promise and can move to a less urgent
//! spectrum; nothing, not even the fiber's parent, gives either back.

const std = @import("std");
const mutant = @import("mutant");

/// How urgent a fiber is. A larger value is more urgent, so that a pledge of all
/// ones is the widest there is in both of its parts.
pub const Spectrum = enum(u2) {
    void = 0,
    gravity = 1,
    matter = 2,
    photon = 3,

    pub fn moreUrgentThan(spectrum: Spectrum, other: Spectrum) bool {
        return @backingInt(spectrum) > @backingInt(other);
    }
};

/// What an operation needs its caller to have kept in its pledge.
pub const Promise = enum(u6) { stdio = 0, rpath = 1, wpath = 2, inet = 3, exec = 4 };

/// The 64-bit pledge word: promises from bit 0, the spectrum in bits 63:62. The bits
/// between stay with whoever defines a promise for them and narrow like the others.
pub const Pledge = packed struct(u64) {
    promises: u62,
    spectrum: Spectrum,

    pub const all: Pledge = @bitCast(@as(u64, std.math.maxInt(u64)));

    pub fn of(spectrum: Spectrum, kept: []const Promise) Pledge {
        var pledge: Pledge = .{ .promises = 0, .spectrum = spectrum };
        for (kept) |promise| pledge.promises |= bit(promise);
        return pledge;
    }

    pub fn keeps(pledge: Pledge, promise: Promise) bool {
        return pledge.promises & bit(promise) != 0;
    }

    /// Error Widens when `wanted` has a promise that `pledge` lacks or is more urgent;
    /// the caller's pledge then stays what it was.
    pub fn narrow(pledge: Pledge, wanted: Pledge) error{Widens}!Pledge {
        if (mutant.on(.pledge_widens)) return wanted;
        if (wanted.promises & ~pledge.promises != 0) return error.Widens;
        if (wanted.spectrum.moreUrgentThan(pledge.spectrum)) return error.Widens;
        return wanted;
    }

    fn bit(promise: Promise) u62 {
        return @as(u62, 1) << @backingInt(promise);
    }
};
