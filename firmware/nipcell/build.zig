// SPDX-License-Identifier: Apache-2.0
const std = @import("std");

/// Compiled by the real dtc for every test run.
const fixtures = [_][]const u8{ "manifest", "cell" };

pub fn build(b: *std.Build) void {
    const ion_abi = b.option([]const u8, "ion-abi", "The generated ion_abi.zig (default: see firmware/ion)");
    const ion = if (ion_abi) |path| b.dependency("ion", .{ .@"ion-abi" = path }) else b.dependency("ion", .{});
    const imports = [_]std.Build.Module.Import{
        .{ .name = "fdt", .module = b.dependency("fdt", .{}).module("fdt") },
        .{ .name = "stage2", .module = b.dependency("stage2", .{}).module("stage2") },
        .{ .name = "ion", .module = ion.module("ion") },
    };
    const nipcell = b.addModule("nipcell", .{ .root_source_file = b.path("nipcell.zig"), .imports = &imports });

    const named = addTests(b, "test/named.zig", nipcell, &imports);
    b.step("test-nipcell", "Run the fifteen NipCell host tests (needs dtc)").dependOn(&named.step);
    const further = addTests(b, "test/all.zig", nipcell, &imports);
    const all = b.step("test", "Run all host tests (needs dtc)");
    all.dependOn(&named.step);
    all.dependOn(&further.step);
}

fn addTests(
    b: *std.Build,
    root: []const u8,
    nipcell: *std.Build.Module,
    imports: []const std.Build.Module.Import,
) *std.Build.Step.Run {
    const module = b.createModule(.{
        .root_source_file = b.path(root),
        .target = b.graph.host,
        .optimize = .safe,
        .imports = imports,
    });
    module.addImport("nipcell", nipcell);
    for (fixtures) |name| {
        const source = b.path(b.fmt("test/{s}.dts", .{name}));
        module.addAnonymousImport(b.fmt("{s}.dtb", .{name}), .{ .root_source_file = compileTree(b, source) });
    }
    const run = b.addRunArtifact(b.addTest(.{ .use_llvm = true, .root_module = module }));
    // Always run, never answered from the cache: the counts must be seen, not remembered.
    run.has_side_effects = true;
    return run;
}

/// A blob made by dtc; without dtc the step that needs it fails and says which package has it.
fn compileTree(b: *std.Build, source: std.Build.LazyPath) std.Build.LazyPath {
    const run = b.addSystemCommand(&.{ "dtc", "-q", "-I", "dts", "-O", "dtb", "-o" });
    run.setName("dtc (package device-tree-compiler)");
    const blob = run.addOutputFileArg("tree.dtb");
    run.addFileArg(source);
    return blob;
}
