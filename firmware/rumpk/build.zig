// SPDX-License-Identifier: Apache-2.0
//! The kernel image, its proof variants, and the NipCell host tests.
const std = @import("std");
const el2_build = @import("el2");

/// What one image is built with; every field is a -D option of the same meaning.
const Options = struct {
    stage_linux_image: bool,
    vmentry_smoke: bool,
    eret_attempt: bool,
    mutants: bool,
    bench: bool,
    board_dtb: ?[]const u8,
    ion_abi: ?[]const u8,
};

pub fn build(b: *std.Build) void {
    requireArchitecture(b);
    const options = readOptions(b);
    const kernel = addKernel(b, options);
    const flat = b.addObjCopy(kernel.getEmittedBin(), .{ .format = .binary, .basename = "rumpk.img" });
    b.getInstallStep().dependOn(&b.addInstallBinFile(flat.getOutput(), "rumpk.img").step);
    b.getInstallStep().dependOn(&b.addInstallBinFile(kernel.getEmittedBin(), "rumpk.elf").step);

    const nipcell = b.dependency("nipcell", .{ .@"ion-abi" = options.ion_abi });
    b.step("test-nipcell", "Run the fifteen NipCell host tests (needs dtc)")
        .dependOn(&nipcell.builder.top_level_steps.get("test-nipcell").?.step);
    b.step("test", "Run the host tests of the kernel's pure parts").dependOn(&addTests(b, options).step);
}

fn addTests(b: *std.Build, options: Options) *std.Build.Step.Run {
    const el2 = b.dependency("el2", .{ .@"board-dtb" = options.board_dtb, .@"ion-abi" = options.ion_abi });
    const module = b.createModule(.{
        .root_source_file = b.path("machine.zig"),
        .target = b.graph.host,
        .imports = &.{
            .{ .name = "fdt", .module = b.dependency("fdt", .{}).module("fdt") },
            .{ .name = "hal", .module = b.dependency("hal", .{}).module("hal") },
        },
    });
    module.addAnonymousImport("board.dtb", .{ .root_source_file = el2.namedLazyPath("board.dtb") });
    const run = b.addRunArtifact(b.addTest(.{ .use_llvm = true, .root_module = module }));
    // Always run, never answered from the cache: the counts must be seen, not remembered.
    run.has_side_effects = true;
    return run;
}

fn readOptions(b: *std.Build) Options {
    const board = b.option([]const u8, "board", "Board app under apps/ (default qemu-virt)") orelse "qemu-virt";
    const default_board_dtb = b.fmt("../../dist/{s}/device-tree/board.dtb", .{board});
    return .{
        .stage_linux_image = b.option(bool, "proof-stage-linux-image", "Proof: stage and map the Linux bundle") orelse false,
        .vmentry_smoke = b.option(bool, "proof-el2-vmentry-smoke", "Proof: run the EL1 smoke stub") orelse false,
        .eret_attempt = b.option(bool, "proof-el2-eret-attempt", "Proof: hand off to Linux by ERET") orelse false,
        .mutants = b.option(bool, "proof-mutants", "Build in the sabotages that -append mutant=<name> selects") orelse false,
        .bench = b.option(bool, "proof-bench", "Measuring: a cell's unmapped addresses read as zero, stores to them are ignored") orelse false,
        .board_dtb = b.option([]const u8, "board-dtb", "Device tree of the board (default: that of -Dboard)") orelse
            if (std.mem.eql(u8, board, "qemu-virt")) null else default_board_dtb,
        .ion_abi = b.option([]const u8, "ion-abi", "Generated ION bindings (default: see firmware/ion)"),
    };
}

/// One architecture so far: anything else is an error of one line, before any compilation.
fn requireArchitecture(b: *std.Build) void {
    const arch = b.option([]const u8, "arch", "Architecture: aarch64 (default)") orelse return;
    if (std.mem.eql(u8, arch, "aarch64")) return;
    std.log.err("-Darch={s}: expected aarch64, the one architecture Rumpk runs on. Run `zig build -Darch=aarch64`", .{arch});
    std.process.exit(1);
}

fn addKernel(b: *std.Build, options: Options) *std.Build.Step.Compile {
    const el2 = b.dependency("el2", .{
        .@"board-dtb" = options.board_dtb,
        .@"ion-abi" = options.ion_abi,
        .@"proof-bench" = options.bench,
    });
    const root = b.createModule(.{
        .root_source_file = b.path("main.zig"),
        .target = el2_build.bareMetal(b),
        // Boot order, reports and self-tests: run once, on Rumpk's own data. Built for size;
        // whatever reads what a cell, a loader or a device wrote is in a package below.
        .optimize = .small,
        // The symbol table stays, for reports and the size by module.
        .strip = false,
        .single_threaded = true,
        .unwind_tables = .none,
    });
    addPackages(b, root, el2, options);
    root.addAnonymousImport("board.dtb", .{ .root_source_file = el2.namedLazyPath("board.dtb") });
    root.addAnonymousImport("el2-stub.bin", .{ .root_source_file = el2.namedLazyPath("el2-stub.bin") });
    // What was built in, for whoever examines it.
    for ([_][]const u8{ "el2-stub.bin", "el2-stub.elf" }) |name|
        b.getInstallStep().dependOn(&b.addInstallBinFile(el2.namedLazyPath(name), name).step);
    const selected = b.addOptions();
    selected.addOption(bool, "proof_stage_linux_image", options.stage_linux_image);
    selected.addOption(bool, "proof_el2_vmentry_smoke", options.vmentry_smoke);
    selected.addOption(bool, "proof_el2_eret_attempt", options.eret_attempt);
    root.addOptions("options", selected);

    const kernel = b.addExecutable(.{ .name = "rumpk.elf", .root_module = root, .use_llvm = true, .use_lld = true });
    kernel.setLinkerScript(b.path("rumpk.ld"));
    kernel.entry = .{ .symbol_name = "rumpk_entry" };
    // The linker script fills the gaps that alignment leaves, function by function.
    kernel.link_function_sections = true;
    kernel.link_gc_sections = true;
    kernel.link_z_relro = false;
    // runtime.S has the few functions compiled code calls.
    kernel.bundle_compiler_rt = false;
    return kernel;
}

fn addPackages(b: *std.Build, root: *std.Build.Module, el2: *std.Build.Dependency, options: Options) void {
    addSafe(root, "el2", el2);
    for ([_][]const u8{ "fdt", "hal", "stage2" }) |name| addSafe(root, name, b.dependency(name, .{}));
    for ([_][]const u8{ "ion", "nipcell" }) |name| {
        addSafe(root, name, b.dependency(name, .{ .@"ion-abi" = options.ion_abi }));
    }
    for ([_][]const u8{ "l1", "mutant", "valves" }) |name| {
        addSafe(root, name, b.dependency(name, .{ .@"proof-mutants" = options.mutants }));
    }
}

/// Bounds, overflow and null checks stay in: the argument that hostile input cannot turn
/// into a wrong store.
fn addSafe(root: *std.Build.Module, name: []const u8, package: *std.Build.Dependency) void {
    const module = package.module(name);
    module.optimize = .safe;
    root.addImport(name, module);
}
