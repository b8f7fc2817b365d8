// SPDX-License-Identifier: Apache-2.0
const std = @import("std");

pub fn build(b: *std.Build) void {
    const proof_mutants = b.option(bool, "proof-mutants", "Build in the run-time sabotages") orelse false;
    const mutant = b.dependency("mutant", .{ .@"proof-mutants" = proof_mutants }).module("mutant");

    const module = b.addModule("l1", .{ .root_source_file = b.path("l1.zig") });
    module.addImport("mutant", mutant);

    const tests = b.addTest(.{
        .root_module = b.createModule(.{
            .root_source_file = b.path("l1.zig"),
            .target = b.graph.host,
            .imports = &.{.{ .name = "mutant", .module = mutant }},
        }),
        .use_llvm = true,
    });
    b.step("test", "Run the host tests").dependOn(&b.addRunArtifact(tests).step);
}
