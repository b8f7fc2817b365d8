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
    const ion_abi = b.option([]const u8, "ion-abi", "Generated ION bindings") orelse "../../dist/ion-abi/generate/ion_abi.zig";
    const board_dtb = b.option([]const u8, "board-dtb", "Device tree of the board") orelse "../../dist/qemu-virt/device-tree/board.dtb";

    const kernel = addKernel(b, options, board_dtb, ion_abi);
    const flat = b.addObjCopy(kernel.getEmittedBin(), .{ .format = .binary, .basename = "rumpk.img" });
    b.getInstallStep().dependOn(&b.addInstallBinFile(flat.getOutput(), "rumpk.img").step);
    b.getInstallStep().dependOn(&b.addInstallBinFile(kernel.getEmittedBin(), "rumpk.elf").step);
}

fn addKernel(b: *std.Build, options: Options, board_dtb: []const u8, ion_abi: []const u8) *std.Build.Step.Compile {
    const el2 = b.dependency("el2", .{ .@"board-dtb" = board_dtb, .@"ion-abi" = ion_abi });
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
            .{ .name = "mutant", .module = b.dependency("mutant", .{ .@"proof-mutants" = options.mutants }).module("mutant") },
        },
    });
    root.addAnonymousImport("board.dtb", .{ .root_source_file = b.graph.cwdRelativePath(board_dtb) });
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
