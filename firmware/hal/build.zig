// SPDX-License-Identifier: Apache-2.0
const std = @import("std");

pub fn build(b: *std.Build) void {
    _ = b.addModule("hal", .{ .root_source_file = b.path("hal.zig") });

    const tests = b.addTest(.{
        .root_module = b.createModule(.{
            .root_source_file = b.path("hal.zig"),
            .target = b.graph.host,
        }),
        .use_llvm = true,
    });
    b.step("test", "Run the host tests").dependOn(&b.addRunArtifact(tests).step);
}
