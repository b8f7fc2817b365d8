// SPDX-License-Identifier: Apache-2.0
//! Check 16: the Block Valve on the real disk, used by a fiber with the right capability,
//! beside one without. What stays on the disk is for the host to read.

const std = @import("std");
const l1 = @import("l1");
const valves = @import("valves");
const disk = @import("../kernel/disk.zig");
const kernel_module = @import("../kernel/kernel.zig");
const Facts = @import("facts.zig").Facts;
const Failure = @import("facts.zig").Failure;

const kernel = &kernel_module.instance;

/// Where the test writes: eight sectors (one page) that start at sector 64.
const lba = 64;
const count = 8;
const len = count * 512;

const Trouble = error{ ReadBackDiffers, NeighboursChanged, NotRun } || valves.block.Error;

/// What the fibers found, for the boot context to judge.
const Report = struct {
    holder: Trouble!void = error.NotRun,
    outsider: Trouble!void = error.NotRun,
    beyond_end: Trouble!void = error.NotRun,
    sector_count: u64 = 0,
    rounds: u64 = 0,
};

var report: Report = undefined;
var written: [len]u8 = undefined;
var neighbours: [2][512]u8 = undefined;

/// Of what the last round leaves on the disk: the host reads the same bytes there.
const last_round_sha256 = blk: {
    @setEvalBranchQuota(2_000_000);
    var bytes: [len]u8 = undefined;
    fill(&bytes, last_round);
    var digest: [32]u8 = undefined;
    std.crypto.hash.sha2.Sha256.hash(&bytes, &digest, .{});
    break :blk digest;
};

const last_round = 2;

/// Each sector: a line of text that a person finds in a hex dump, the round, its own
/// number, then bytes that differ from sector to sector and from round to round. A byte
/// at a time and out of line, or the compiler unrolls it to three kilobytes.
noinline fn fill(bytes: *[len]u8, round: u8) void {
    for (bytes, 0..) |*byte, offset| byte.* = patternAt(round, offset);
}

extern fn memcmp(a: [*]const u8, b: [*]const u8, len: usize) callconv(.c) c_int;

noinline fn read(at: u64, sectors: u32) valves.block.Error![]const u8 {
    return disk.valve.block_read(at, sectors);
}

fn tryRead(at: u64) valves.block.Error!void {
    _ = try read(at, 1);
}

noinline fn patternAt(round: u8, offset: usize) u8 {
    const label = "rumpk block test";
    const sector: u8 = @intCast(lba + offset / 512);
    return switch (offset % 512) {
        0...label.len - 1 => |at| label[at],
        label.len => round,
        label.len + 1 => sector,
        else => |at| @truncate(at *% 7 +% sector *% @as(usize, 31) +% round *% @as(usize, 101)),
    };
}

fn outsider(_: usize) void {
    report.outsider = tryRead(lba);
}

fn holder(_: usize) void {
    report.holder = writeAndReadBack();
    report.beyond_end = tryRead(report.sector_count);
}

/// Two rounds with different bytes: the second proves that the first was not there before.
fn writeAndReadBack() Trouble!void {
    report.sector_count = (try disk.valve.block_info()).sector_count;
    for (&neighbours, neighbour_lbas) |*kept, at| @memcpy(kept, try read(at, 1));
    while (report.rounds < last_round) : (report.rounds += 1) {
        fill(&written, @intCast(report.rounds + 1));
        try disk.valve.block_write(lba, count, &written);
        const back = try read(lba, count);
        if (memcmp(back.ptr, &written, len) != 0) return error.ReadBackDiffers;
    }
    for (&neighbours, neighbour_lbas) |*kept, at| {
        const now = try read(at, 1);
        if (memcmp(now.ptr, kept, kept.len) != 0) return error.NeighboursChanged;
    }
}

const neighbour_lbas = [2]u64{ lba - 1, lba + count };

pub fn valve(facts: *Facts) Failure!void {
    report = .{};
    const pledge: l1.Pledge = .of(.matter, &.{ .rpath, .wpath });
    const could_not_spawn = "room for the test's fibers";
    const entitled = kernel.spawn(.{ .body = holder, .pledge = pledge }) catch return facts.require(false, could_not_spawn);
    _ = kernel.spawn(.{ .body = outsider, .pledge = pledge }) catch return facts.require(false, could_not_spawn);
    _ = kernel.grant(entitled, .{
        .kind = .channel,
        .object = l1.Channel.block_request.object(),
        .permissions = .{ .read = true, .write = true },
        .bounds = .everything,
    }) catch return facts.require(false, "a grant of the block channel");
    kernel.run();

    facts.word("valve", nameOf(report.holder));
    if (disk.valve.backing == .absent) facts.word("device", @tagName(disk.valve.backing.absent));
    facts.word("without_capability", nameOf(report.outsider));
    facts.word("beyond_end", nameOf(report.beyond_end));
    facts.dec("sectors", report.sector_count);
    facts.dec("lba", lba);
    facts.dec("count", count);
    facts.dec("rounds", report.rounds);
    if (report.rounds == last_round) facts.digest("sha256", &last_round_sha256);
    try facts.require(if (report.holder) true else |_| false, "a virtio disk that keeps what was written, and only there (QEMU: -device virtio-blk-device)");
    try facts.require(report.outsider == error.AccessDenied, "a fiber without the capability to be denied");
    try facts.require(report.beyond_end == error.OutOfRange, "a read behind the end to be refused");
}

fn nameOf(result: Trouble!void) []const u8 {
    return if (result) "ok" else |trouble| @errorName(trouble);
}
