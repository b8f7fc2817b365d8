// SPDX-License-Identifier: Apache-2.0
//! Module `el2`, the stub image (`zig build` installs bin/el2-stub.{elf,bin}), host tests.
const std = @import("std");

const default_board_dtb = "../../dist/qemu-virt/device-tree/board.dtb";

pub fn build(b: *std.Build) void {
    const board_dtb = boardSource(b);
    const ion_abi_path = b.option([]const u8, "ion-abi", "The generated ion_abi.zig (default: see firmware/ion)");
    const ion_abi = b.dependency("ion", .{ .@"ion-abi" = ion_abi_path }).module("ion_abi");
    const hal = b.dependency("hal", .{}).module("hal");
    const options = b.addOptions();
    options.addOption(bool, "proof_bench", b.option(bool, "proof-bench", "Measuring: unmapped addresses read as zero, stores to them are ignored") orelse false);
    const imports = [_]std.Build.Module.Import{
        .{ .name = "hal", .module = hal },
        .{ .name = "ion_abi", .module = ion_abi },
        .{ .name = "options", .module = options.createModule() },
    };
    _ = b.addModule("el2", .{ .root_source_file = b.path("el2.zig"), .imports = &imports });

    const stub = addStub(b, ion_abi, board_dtb);
    const flat = b.addObjCopy(stub.getEmittedBin(), .{ .format = .binary, .basename = "el2-stub.bin" });
    b.addNamedLazyPath("el2-stub.bin", flat.getOutput());
    b.addNamedLazyPath("el2-stub.elf", stub.getEmittedBin());
    b.addNamedLazyPath("board.dtb", board_dtb);
    b.getInstallStep().dependOn(&b.addInstallBinFile(flat.getOutput(), "el2-stub.bin").step);
    b.getInstallStep().dependOn(&b.addInstallBinFile(stub.getEmittedBin(), "el2-stub.elf").step);

    addTests(b, &imports);
}

/// The board's device tree. When it is missing, whatever needs it fails with the command that makes it.
pub fn boardSource(b: *std.Build) std.Build.LazyPath {
    const given = b.option([]const u8, "board-dtb", "Device tree of the board (default " ++ default_board_dtb ++ ")");
    const source = if (given) |path| b.graph.cwdRelativePath(path) else b.path(default_board_dtb);
    const directory = if (given == null) b.root.root_dir.handle else std.Io.Dir.cwd();
    const path = given orelse b.pathJoin(&.{ b.root.sub_path, default_board_dtb });
    directory.access(b.graph.io, path, .{}) catch |failure| {
        const message = "{s}: {t}; expected the board's device tree. Run the board's target device-tree " ++
            "at the top of the workspace, as in `npx nx run qemu-virt:device-tree`";
        // The next run must look again: a missing file cannot be named as a configure dependency.
        b.graph.poisonCache();
        const placeholder = b.addWriteFiles();
        placeholder.step.dependOn(&b.addFail(b.fmt(message, .{ path, failure })).step);
        return placeholder.add("board.dtb", "");
    };
    b.dependOnFileMetadata(source);
    return source;
}

fn addStub(b: *std.Build, ion_abi: *std.Build.Module, board_dtb: std.Build.LazyPath) *std.Build.Step.Compile {
    const root = b.createModule(.{
        .root_source_file = b.path("stub.zig"),
        .target = bareMetal(b),
        .optimize = .safe,
        .single_threaded = true,
        .unwind_tables = .none,
        .imports = &.{
            .{ .name = "ion_abi", .module = ion_abi },
            .{ .name = "fdt", .module = b.dependency("fdt", .{}).module("fdt") },
        },
    });
    root.addAnonymousImport("board.dtb", .{ .root_source_file = board_dtb });
    const stub = b.addExecutable(.{ .name = "el2-stub", .root_module = root, .use_llvm = true, .use_lld = true });
    stub.setLinkerScript(b.path("stub.ld"));
    stub.entry = .{ .symbol_name = "stub_vectors" };
    stub.link_z_relro = false;
    // memcpy and its kin would be dead weight: the stub copies nothing.
    stub.bundle_compiler_rt = false;
    return stub;
}

/// The AArch64 baseline without FP, SIMD and what uses them: their registers stay the guest's.
pub fn bareMetal(b: *std.Build) std.Build.ResolvedTarget {
    const Feature = std.Target.aarch64.Feature;
    return b.resolveTargetQuery(.{
        .cpu_arch = .aarch64,
        .os_tag = .freestanding,
        .abi = .none,
        .cpu_model = .{ .explicit = &std.Target.aarch64.cpu.cortex_a53 },
        .cpu_features_sub = std.Target.aarch64.featureSet(&.{ Feature.neon, Feature.fp_armv8, Feature.crypto, Feature.aes, Feature.sha2 }),
        .cpu_features_add = std.Target.aarch64.featureSet(&.{Feature.strict_align}),
    });
}

fn addTests(b: *std.Build, imports: []const std.Build.Module.Import) void {
    const tests = b.addTest(.{
        .root_module = b.createModule(.{
            .root_source_file = b.path("el2.zig"),
            .target = b.graph.host,
            .imports = imports,
        }),
        .use_llvm = true,
    });
    const run = b.addRunArtifact(tests);
    // Always run, never answered from the cache: the counts must be seen, not remembered.
    run.has_side_effects = true;
    b.step("test", "Run the host tests").dependOn(&run.step);
}
