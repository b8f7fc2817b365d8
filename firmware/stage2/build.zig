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
    b.step("test", "Run the host tests").dependOn(&b.addRunArtifact(tests).step);
}
