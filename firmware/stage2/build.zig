// SPDX-License-Identifier: Apache-2.0
const std = @import("std");

pub fn build(b: *std.Build) void {
    const module = b.addModule("stage2", .{ .root_source_file = b.path("stage2.zig") });

    const tests = b.addTest(.{
        .use_llvm = true,
        .root_module = b.createModule(.{
            .root_source_file = b.path("test/all.zig"),
            .target = b.graph.host,
            .optimize = .safe,
            .imports = &.{.{ .name = "stage2", .module = module }},
        }),
    });
    const run = b.addRunArtifact(tests);
    // Always run, never answered from the cache: the counts must be seen, not remembered.
    run.has_side_effects = true;
    b.step("test", "Run the host tests").dependOn(&run.step);
}
