// SPDX-License-Identifier: Apache-2.0
const std = @import("std");

pub fn build(b: *std.Build) void {
    // One module for one file: who links `ion` and needs the ABI too takes it from here (or as `ion.abi`).
    const ion_abi = b.addModule("ion_abi", .{ .root_source_file = abiSource(b) });
    const module = b.addModule("ion", .{
        .root_source_file = b.path("ion.zig"),
        .imports = &.{.{ .name = "ion_abi", .module = ion_abi }},
    });

    const tests = b.addTest(.{
        .use_llvm = true,
        .root_module = b.createModule(.{
            .root_source_file = b.path("test/all.zig"),
            .target = b.graph.host,
            .optimize = .safe,
            .imports = &.{.{ .name = "ion", .module = module }},
        }),
    });
    const run = b.addRunArtifact(tests);
    // Always run, never answered from the cache: the counts must be seen, not remembered.
    run.has_side_effects = true;
    b.step("test", "Run the host tests").dependOn(&run.step);
}

/// The generated ABI module. When it is missing, whatever needs it fails with the command that makes it.
fn abiSource(b: *std.Build) std.Build.LazyPath {
    const default = "../../dist/ion-abi/generate/ion_abi.zig";
    const given = b.option([]const u8, "ion-abi", "The generated ion_abi.zig (default " ++ default ++ ")");
    const source = if (given) |path| b.graph.cwdRelativePath(path) else b.path(default);
    const directory = if (given == null) b.root.root_dir.handle else std.Io.Dir.cwd();
    const path = if (given) |path| path else b.pathJoin(&.{ b.root.sub_path, default });
    directory.access(b.graph.io, path, .{}) catch |failure| {
        const message = "{s}: {t}; expected the generated ION bindings. Run `npx nx run ion-abi:generate` at the top of the workspace";
        // The next run must look again; a missing file cannot be named as a configure dependency.
        b.graph.poisonCache();
        const placeholder = b.addWriteFiles();
        placeholder.step.dependOn(&b.addFail(b.fmt(message, .{ path, failure })).step);
        return placeholder.add("ion_abi.zig", "");
    };
    b.dependOnFileMetadata(source);
    return source;
}
