// SPDX-License-Identifier: Apache-2.0
//! The bundle's own formats: newc, SHA512SUMS, and what a bundle must hold.
const std = @import("std");
const nipcell = @import("nipcell");
const fixture = @import("fixture.zig");
const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;
const expectEqualStrings = std.testing.expectEqualStrings;
const expectError = std.testing.expectError;
const Reader = nipcell.cpio.Reader;

test "entries of every name and data alignment" {
    var archive: fixture.Archive = .{};
    const letters = "abcdefghij";
    for (1..9) |name_length| for (0..9) |size| archive.add(letters[0..name_length], fixture.regular, letters[0..size]);
    archive.add("dir", 0o040755, "");
    archive.finish();
    archive.add("after the trailer", fixture.regular, "x");
    var reader = Reader.init(archive.bytes());
    for (1..9) |name_length| for (0..9) |size| {
        const entry = (try reader.next()).?;
        try expectEqualStrings(letters[0..name_length], entry.name);
        try expectEqualStrings(letters[0..size], entry.data);
        try expect(entry.isRegular());
    };
    try expect(!(try reader.next()).?.isRegular());
    try expect(try reader.next() == null);
    try expect(try reader.next() == null);
}

test "every truncation of an archive is an error, not a shorter archive" {
    var archive: fixture.Archive = .{};
    archive.add("one", fixture.regular, "12345");
    archive.add("two", fixture.regular, "");
    archive.finish();
    // The trailer's padding may be missing.
    const needed = archive.len - 3;
    for (0..needed) |length| {
        var reader = Reader.init(archive.bytes()[0..length]);
        const failure = while (true) {
            if (reader.next()) |entry| {
                if (entry == null) return error.AcceptedTruncated;
            } else |failure| break failure;
        };
        try expectEqual(error.Truncated, failure);
    }
}

test "damaged headers" {
    var good: fixture.Archive = .{};
    good.add("one", fixture.regular, "12345");
    good.finish();
    const Case = struct { usize, u8, nipcell.cpio.Error };
    const cases = [_]Case{
        .{ 5, '2', error.BadMagic },
        .{ 0, '1', error.BadMagic },
        .{ 6 + 6 * 8, 'g', error.BadField },
        .{ 6 + 6 * 8 + 7, ' ', error.BadField },
        .{ 6 + 6 * 8, 'f', error.Truncated },
        .{ 6 + 11 * 8, 'F', error.Truncated },
        .{ 6 + 11 * 8 + 7, '0', error.BadName },
        .{ 6 + 11 * 8 + 7, '3', error.BadName },
        .{ 6 + 11 * 8 + 7, '5', error.BadName },
        .{ 110 + 1, 0, error.BadName },
    };
    for (cases) |case| {
        var bad = good;
        bad.buffer[case[0]] = case[1];
        var reader = Reader.init(bad.bytes());
        try expectError(case[2], reader.next());
    }
}

test "random damage never reads outside the archive" {
    var good: fixture.Archive = .{};
    fixture.bundleOf(&good, &.{ .{ .name = "a", .bytes = "123" }, .{ .name = "longer name", .bytes = "x" } });
    var state = std.Random.DefaultPrng.init(6);
    const random = state.random();
    for (0..20_000) |_| {
        var bad: [1024]u8 = undefined;
        @memcpy(bad[0..good.len], good.bytes());
        for (0..1 + random.uintLessThan(usize, 4)) |_| {
            const digits = "0123456789abcdefgT\x00";
            bad[random.uintLessThan(usize, good.len)] = digits[random.uintLessThan(usize, digits.len)];
        }
        var reader = Reader.init(bad[0..good.len]);
        while (reader.next() catch null) |entry| std.mem.doNotOptimizeAway(entry.data.len);
        std.mem.doNotOptimizeAway(nipcell.bundle.open(bad[0..good.len]));
    }
}

test "sums are read to the letter" {
    const digest_a: [128]u8 = @splat('a');
    const digest_1: [128]u8 = @splat('1');
    const text = digest_a ++ "  Image\n" ++ digest_1 ++ "  a name\n";
    const sums = nipcell.sums;
    try expectEqual(@as([64]u8, @splat(0xaa)), (try sums.find(text, "Image")).?);
    try expectEqual(@as([64]u8, @splat(0x11)), (try sums.find(text, "a name")).?);
    try expect(try sums.find(text, "Imag") == null);
    try expect(try sums.find("", "Image") == null);
    try expectError(error.Duplicate, sums.find(text ++ text, "Image"));
    const bad = [_][]const u8{
        text[0 .. text.len - 1], // no newline at the end
        digest_a ++ " Image\n",
        digest_a ++ " *Image\n",
        digest_a ++ "  \n",
        digest_a[0..127] ++ "  Image\n",
        digest_a[0..127] ++ "A  Image\n",
        digest_a[0..127] ++ "g  Image\n",
        "\n",
    };
    for (bad) |one| try expectError(error.BadLine, sums.find(one, "Image"));
    // A bad line behind the one that is looked for still counts.
    try expectError(error.BadLine, sums.find(text ++ "x\n", "Image"));
}

fn refusalOf(archive: *const fixture.Archive) nipcell.bundle.Refusal {
    return nipcell.bundle.open(archive.bytes()).refused;
}

test "a bundle in any order, with other members besides" {
    const members = fixture.referenceMembers();
    for (0..members.len) |rotation| {
        var rotated = members;
        std.mem.rotate(fixture.Member, &rotated, rotation);
        var archive: fixture.Archive = .{};
        archive.add("notes.txt", fixture.regular, "anything");
        fixture.bundleOf(&archive, &rotated);
        const bundle = nipcell.bundle.open(archive.bytes()).bundle;
        try expectEqualStrings(fixture.manifest_blob, bundle.get(.manifest).bytes);
        try expectEqualStrings(fixture.image(), bundle.get(.image).bytes);
        try expectEqualStrings(&fixture.initramfs, bundle.get(.initramfs).bytes);
        try expectEqual(nipcell.sha512.hash(fixture.cell_blob), bundle.get(.cell_dtb).digest);
    }
}

test "what a bundle must hold" {
    const members = fixture.referenceMembers();
    const names = [_]nipcell.bundle.Name{ .manifest, .cell_dtb, .image, .initramfs };
    for (names, 0..) |name, index| {
        var without: [3]fixture.Member = undefined;
        var count: usize = 0;
        for (members, 0..) |member, other| if (other != index) {
            without[count] = member;
            count += 1;
        };
        var missing: fixture.Archive = .{};
        fixture.bundleOf(&missing, &without);
        try expectEqual(nipcell.bundle.Refusal{ .fault = .missing_member, .member = name }, refusalOf(&missing));

        var twice: fixture.Archive = .{};
        for (members) |member| twice.add(member.name, fixture.regular, member.bytes);
        twice.add(members[index].name, fixture.regular, "other");
        twice.finish();
        try expectEqual(nipcell.bundle.Refusal{ .fault = .duplicate_member, .member = name }, refusalOf(&twice));

        var sums: [1024]u8 = undefined;
        var no_sum: fixture.Archive = .{};
        for (members) |member| no_sum.add(member.name, fixture.regular, member.bytes);
        no_sum.add("SHA512SUMS", fixture.regular, fixture.sumsOf(&without, &sums));
        no_sum.finish();
        try expectEqual(nipcell.bundle.Refusal{ .fault = .missing_sum, .member = name }, refusalOf(&no_sum));

        var not_a_file: fixture.Archive = .{};
        not_a_file.add(name.path(), 0o120777, "target");
        not_a_file.finish();
        try expectEqual(nipcell.bundle.Refusal{ .fault = .bad_member, .member = name }, refusalOf(&not_a_file));

        var empty: fixture.Archive = .{};
        empty.add(name.path(), fixture.regular, "");
        empty.finish();
        try expectEqual(nipcell.bundle.Refusal{ .fault = .bad_member, .member = name }, refusalOf(&empty));
    }
}

test "sums must be there, once, and well-formed" {
    const members = fixture.referenceMembers();
    var none: fixture.Archive = .{};
    for (members) |member| none.add(member.name, fixture.regular, member.bytes);
    none.finish();
    try expectEqual(.missing_sums, refusalOf(&none).fault);
    var malformed: fixture.Archive = .{};
    malformed.add("SHA512SUMS", fixture.regular, "nonsense\n");
    for (members) |member| malformed.add(member.name, fixture.regular, member.bytes);
    malformed.finish();
    try expectEqual(.bad_sums, refusalOf(&malformed).fault);
    var twice: fixture.Archive = .{};
    var sums: [1024]u8 = undefined;
    twice.add("SHA512SUMS", fixture.regular, fixture.sumsOf(&members, &sums));
    fixture.bundleOf(&twice, &members);
    try expectEqual(.bad_sums, refusalOf(&twice).fault);
    try expectEqual(.bad_archive, nipcell.bundle.open("not an archive at all, but long enough to hold one header of a hundred and ten bytes or so, which it is not").refused.fault);
    try expectEqual(.bad_archive, nipcell.bundle.open("").refused.fault);
}
