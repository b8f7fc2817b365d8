// SPDX-License-Identifier: Apache-2.0
//! What the tests share: the reference cell and board, the memory they are staged in, and a bundle made on the spot.
const std = @import("std");
const nipcell = @import("nipcell");
const ion = @import("ion");
const stage2 = @import("stage2");
const Pa = stage2.Pa;

pub const manifest_blob = @embedFile("manifest.dtb");
pub const cell_blob = @embedFile("cell.dtb");

pub const carve_out_size = 256 << 20;
var carve_out_memory: ?[]u8 = null;

/// The cell's memory, as the host sees it: fresh pages, which cost nothing until they are touched, for the life of the process.
pub fn carveOut() []u8 {
    if (carve_out_memory == null) {
        // `alloc` would fill all 256 MiB with a pattern first.
        const pages = std.heap.page_allocator.rawAlloc(carve_out_size, .fromByteUnits(4096), @returnAddress());
        carve_out_memory = (pages orelse @panic("no memory for the carve-out"))[0..carve_out_size];
    }
    return carve_out_memory.?;
}

pub var ion_window: [16 << 20]u8 align(4096) = @splat(0);
pub var keep: [64 * 1024]u8 align(8) = undefined;
pub var tables: [32]stage2.Table = undefined;

pub const host = [_]stage2.HostRange{
    .{ .name = "rumpk", .base = Pa.from(0x4000_0000), .size = 0x0800_0000 },
    .{ .name = "scratch", .base = Pa.from(0x5800_0000), .size = 0x0700_0000 },
};

pub const board: nipcell.Board = .{
    .memory = &.{.{ .address = 0x4000_0000, .size = 0x2000_0000 }},
    .host = &host,
    .cpus = 1,
    .pa_bits = 44,
    .spi_count = 256,
};

pub fn manifest() nipcell.Manifest {
    return nipcell.manifest.parse(manifest_blob).manifest;
}

/// The plan of a manifest, validated against the reference board.
pub fn planOf(of: *const nipcell.Manifest, ranges: *nipcell.cell_plan.Ranges) stage2.plan.Verdict {
    nipcell.cell_plan.derive(of, ranges);
    return stage2.validate(ranges.slice(), &host, .{ .pa_bits = board.pa_bits });
}

pub const Built = struct {
    pool: stage2.TablePool,
    root: Pa,

    pub fn translate(built: *const Built, ipa: u64) ?stage2.walker.Mapping {
        return switch (stage2.walker.translate(built.pool.reader(), built.root, stage2.Ipa.from(ipa))) {
            .mapped => |mapping| mapping,
            .fault => null,
        };
    }
};

/// The tables of the reference manifest.
pub fn build() !Built {
    const reference = manifest();
    var ranges: nipcell.cell_plan.Ranges = .{};
    var pool: stage2.TablePool = .init(&tables, Pa.from(0x4100_0000));
    const root = try stage2.build(planOf(&reference, &ranges).valid, &pool);
    return .{ .pool = pool, .root = root };
}

pub const image_file_size = 0x2000 + 52;
pub const image_memory_size = 0x5000;

var image_storage: [image_file_size]u8 = @splat(0);

/// An Image with a right header and recognisable content.
pub fn image() *const [image_file_size]u8 {
    const file = &image_storage;
    var state = std.Random.DefaultPrng.init(64);
    state.random().bytes(file);
    @memset(file[0..64], 0);
    std.mem.writeInt(u64, file[8..16], 0, .little);
    std.mem.writeInt(u64, file[16..24], image_memory_size, .little);
    std.mem.writeInt(u64, file[24..32], 0xa, .little);
    std.mem.writeInt(u32, file[56..60], nipcell.image.magic, .little);
    return file;
}

/// Not 4-byte sized, as real ones are.
pub const initramfs: [4099]u8 = blk: {
    var file: [4099]u8 = @splat(0x5c);
    file[0] = 0x1f;
    file[1] = 0x8b;
    break :blk file;
};

pub const Member = struct { name: []const u8, bytes: []const u8 };

/// Writes `newc` archives the way gen_init_cpio does.
pub const Archive = struct {
    buffer: [48 << 10]u8 = @splat(0),
    len: usize = 0,
    entries: u32 = 0,

    pub fn bytes(archive: *const Archive) []const u8 {
        return archive.buffer[0..archive.len];
    }

    pub fn add(archive: *Archive, name: []const u8, mode: u32, data: []const u8) void {
        archive.entries += 1;
        const fields = [_]u32{
            archive.entries, mode, 0, 0, 1, 0, @intCast(data.len), 0, 0, 0, 0, @intCast(name.len + 1), 0,
        };
        archive.append("070701");
        for (fields) |field| {
            var digits: [8]u8 = undefined;
            for (&digits, 0..) |*digit, index| {
                digit.* = "0123456789ABCDEF"[field >> @intCast(28 - index * 4) & 0xf];
            }
            archive.append(&digits);
        }
        archive.append(name);
        archive.append("\x00");
        archive.len = std.mem.alignForward(usize, archive.len, 4);
        archive.append(data);
        archive.len = std.mem.alignForward(usize, archive.len, 4);
    }

    pub fn finish(archive: *Archive) void {
        archive.add("TRAILER!!!", 0, "");
    }

    fn append(archive: *Archive, text: []const u8) void {
        @memcpy(archive.buffer[archive.len..][0..text.len], text);
        archive.len += text.len;
    }
};

pub const regular = 0o100644;

/// The digests of `members`, as sha512sum would write them (by std's implementation, not by the one under test).
pub fn sumsOf(members: []const Member, buffer: []u8) []const u8 {
    var len: usize = 0;
    for (members) |member| {
        var digest: [64]u8 = undefined;
        std.crypto.hash.sha2.Sha512.hash(member.bytes, &digest, .{});
        for (digest) |byte| {
            buffer[len] = "0123456789abcdef"[byte >> 4];
            buffer[len + 1] = "0123456789abcdef"[byte & 0xf];
            len += 2;
        }
        for ([_][]const u8{ "  ", member.name, "\n" }) |part| {
            @memcpy(buffer[len..][0..part.len], part);
            len += part.len;
        }
    }
    return buffer[0..len];
}

/// A bundle of the given members with right sums, in the given order.
pub fn bundleOf(archive: *Archive, members: []const Member) void {
    var buffer: [1024]u8 = undefined;
    archive.add("SHA512SUMS", regular, sumsOf(members, &buffer));
    for (members) |member| archive.add(member.name, regular, member.bytes);
    archive.finish();
}

pub fn referenceMembers() [4]Member {
    return .{
        .{ .name = "manifest.dtb", .bytes = manifest_blob },
        .{ .name = "cell.dtb", .bytes = cell_blob },
        .{ .name = "Image", .bytes = image() },
        .{ .name = "initramfs.cpio.gz", .bytes = &initramfs },
    };
}

pub fn resources(pool: *stage2.TablePool, ranges: *nipcell.cell_plan.Ranges) nipcell.prepare.Resources {
    pool.* = .init(&tables, Pa.from(0x4100_0000));
    return .{
        .board = board,
        .carve_out = carveOut(),
        .ion_window = &ion_window,
        .tables = pool,
        .ranges = ranges,
        .counter_frequency_hz = 62_500_000,
    };
}
