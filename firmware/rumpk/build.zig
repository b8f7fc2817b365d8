// SPDX-License-Identifier: Apache-2.0
//! The kernel image, its proof variants, and the NipCell host tests.
const std = @import("std");
const el2_build = @import("el2");

const Options = struct {
    stage_linux_image: bool,
    vmentry_smoke: bool,
    eret_attempt: bool,
    mutants: bool,
};

pub fn build(b: *std.Build) void {
    const options: Options = .{
        .stage_linux_image = b.option(bool, "proof-stage-linux-image", "Stage the Linux bundle") orelse false,
        .vmentry_smoke = b.option(bool, "proof-el2-vmentry-smoke", "Run the EL1 smoke stub") orelse false,
        .eret_attempt = b.option(bool, "proof-el2-eret-attempt", "Hand off to Linux by ERET") orelse false,
        .mutants = b.option(bool, "proof-mutants", "Build in the run-time sabotages") orelse false,
    };
    const kernel = addKernel(b, options);
    const flat = b.addObjCopy(kernel.getEmittedBin(), .{ .format = .binary, .basename = "rumpk.img" });
    b.getInstallStep().dependOn(&b.addInstallBinFile(flat.getOutput(), "rumpk.img").step);
    b.getInstallStep().dependOn(&b.addInstallBinFile(kernel.getEmittedBin(), "rumpk.elf").step);
}

fn addKernel(b: *std.Build, options: Options) *std.Build.Step.Compile {
    const board_given = b.option([]const u8, "board-dtb", "Device tree of the board");
    const ion_abi = b.option([]const u8, "ion-abi", "The generated ion_abi.zig");
    const el2 = b.dependency("el2", .{ .@"board-dtb" = board_given, .@"ion-abi" = ion_abi });
    const ion = b.dependency("ion", .{ .@"ion-abi" = ion_abi });
    const nipcell = b.dependency("nipcell", .{ .@"ion-abi" = ion_abi });
    const l1 = b.dependency("l1", .{ .@"proof-mutants" = options.mutants });
    const valves = b.dependency("valves", .{ .@"proof-mutants" = options.mutants });
    const mutant = b.dependency("mutant", .{ .@"proof-mutants" = options.mutants });
    const root = b.createModule(.{
        .root_source_file = b.path("main.zig"),
        .target = el2_build.bareMetal(b),
        .optimize = .safe,
        .single_threaded = true,
        .unwind_tables = .none,
        .imports = &.{
            .{ .name = "el2", .module = el2.module("el2") },
            .{ .name = "fdt", .module = b.dependency("fdt", .{}).module("fdt") },
            .{ .name = "hal", .module = b.dependency("hal", .{}).module("hal") },
            .{ .name = "ion", .module = ion.module("ion") },
            .{ .name = "l1", .module = l1.module("l1") },
            .{ .name = "mutant", .module = mutant.module("mutant") },
            .{ .name = "nipcell", .module = nipcell.module("nipcell") },
            .{ .name = "stage2", .module = b.dependency("stage2", .{}).module("stage2") },
            .{ .name = "valves", .module = valves.module("valves") },
        },
    });
    root.addAnonymousImport("board.dtb", .{ .root_source_file = el2.namedLazyPath("board.dtb") });
    root.addAnonymousImport("el2-stub.bin", .{ .root_source_file = el2.namedLazyPath("el2-stub.bin") });
    const selected = b.addOptions();
    selected.addOption(bool, "proof_stage_linux_image", options.stage_linux_image);
    selected.addOption(bool, "proof_el2_vmentry_smoke", options.vmentry_smoke);
    selected.addOption(bool, "proof_el2_eret_attempt", options.eret_attempt);
    root.addOptions("options", selected);

    const kernel = b.addExecutable(.{ .name = "rumpk.elf", .root_module = root, .use_llvm = true, .use_lld = true });
    kernel.setLinkerScript(b.path("rumpk.ld"));
    kernel.entry = .{ .symbol_name = "rumpk_entry" };
    kernel.link_z_relro = false;
    kernel.bundle_compiler_rt = false;
    return kernel;
}
