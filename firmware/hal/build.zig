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
    const run = b.addRunArtifact(tests);
    // Always run, never answered from the cache: the counts must be seen, not remembered.
    run.has_side_effects = true;
    b.step("test", "Run the host tests").dependOn(&run.step);
}
