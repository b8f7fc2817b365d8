// SPDX-License-Identifier: Apache-2.0
const std = @import("std");

pub fn build(b: *std.Build) void {
    const proof_mutants = b.option(bool, "proof-mutants", "Build in the run-time sabotages") orelse false;
    const mutant = b.dependency("mutant", .{ .@"proof-mutants" = proof_mutants }).module("mutant");
    const l1 = b.dependency("l1", .{ .@"proof-mutants" = proof_mutants }).module("l1");
    const imports: []const std.Build.Module.Import = &.{
        .{ .name = "l1", .module = l1 },
        .{ .name = "mutant", .module = mutant },
    };

    _ = b.addModule("valves", .{ .root_source_file = b.path("valves.zig"), .imports = imports });

    const tests = b.addTest(.{
        .root_module = b.createModule(.{
            .root_source_file = b.path("valves.zig"),
            .target = b.graph.host,
            .imports = imports,
        }),
        .use_llvm = true,
    });
    b.step("test", "Run the host tests").dependOn(&b.addRunArtifact(tests).step);
}
