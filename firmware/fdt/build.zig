// SPDX-License-Identifier: Apache-2.0
const std = @import("std");

/// Compiled by the real dtc for every test run: the reader is tested against what it will meet.
const fixtures = [_][]const u8{ "banks", "board", "cell", "corners", "overlap", "translate" };

pub fn build(b: *std.Build) void {
    const module = b.addModule("fdt", .{ .root_source_file = b.path("fdt.zig") });

    const test_module = b.createModule(.{
        .root_source_file = b.path("test/all.zig"),
        .target = b.graph.host,
        .optimize = .safe,
        .imports = &.{.{ .name = "fdt", .module = module }},
    });
    for (fixtures) |name| {
        const source = b.path(b.fmt("test/{s}.dts", .{name}));
        test_module.addAnonymousImport(b.fmt("{s}.dtb", .{name}), .{ .root_source_file = compileTree(b, source) });
    }
    const tests = b.addTest(.{ .use_llvm = true, .root_module = test_module });
    const run = b.addRunArtifact(tests);
    // Always run, never answered from the cache: the counts must be seen, not remembered.
    run.has_side_effects = true;
    b.step("test", "Run the host tests (needs dtc)").dependOn(&run.step);
}

/// A blob made by dtc; without dtc the step that needs it fails and says which package has it.
pub fn compileTree(b: *std.Build, source: std.Build.LazyPath) std.Build.LazyPath {
    const run = b.addSystemCommand(&.{ "dtc", "-q", "-I", "dts", "-O", "dtb", "-o" });
    run.setName("dtc (package device-tree-compiler)");
    const blob = run.addOutputFileArg("tree.dtb");
    run.addFileArg(source);
    return blob;
}
