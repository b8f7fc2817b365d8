// SPDX-License-Identifier: Apache-2.0
const std = @import("std");

pub fn build(b: *std.Build) void {
    const enabled = b.option(bool, "proof-mutants", "Build in the run-time sabotages") orelse false;
    const options = b.addOptions();
    options.addOption(bool, "enabled", enabled);

    const module = b.addModule("mutant", .{ .root_source_file = b.path("mutant.zig") });
    module.addOptions("mutant_options", options);

    const tests = b.addTest(.{
        .root_module = b.createModule(.{
            .root_source_file = b.path("mutant.zig"),
            .target = b.graph.host,
        }),
        .use_llvm = true,
    });
    tests.root_module.addOptions("mutant_options", options);
    b.step("test", "Run the host tests").dependOn(&b.addRunArtifact(tests).step);
}
