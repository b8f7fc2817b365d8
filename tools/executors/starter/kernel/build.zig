// SPDX-License-Identifier: Apache-2.0
//! A kernel for arm64: `bin/kernel.img` is what a boot loader takes, `bin/kernel.elf` what a debugger takes.
const std = @import("std");

pub fn build(b: *std.Build) void {
    const cpu: std.Target.Query.CpuModel = .{ .explicit = &std.Target.aarch64.cpu.cortex_a53 };
    const root = b.createModule(.{
        .root_source_file = b.path("kernel.zig"),
        .target = b.resolveTargetQuery(.{
            .cpu_arch = .aarch64,
            .os_tag = .freestanding,
            .abi = .none,
            .cpu_model = cpu,
        }),
        .optimize = .small,
        .strip = false,
        .single_threaded = true,
    });
    const kernel = b.addExecutable(.{
        .name = "kernel.elf",
        .root_module = root,
        .use_llvm = true,
        .use_lld = true,
    });
    kernel.setLinkerScript(b.path("kernel.ld"));
    kernel.bundle_compiler_rt = false;
    const flat = b.addObjCopy(kernel.getEmittedBin(), .{ .format = .binary, .basename = "kernel.img" });
    const install = b.getInstallStep();
    install.dependOn(&b.addInstallBinFile(flat.getOutput(), "kernel.img").step);
    install.dependOn(&b.addInstallBinFile(kernel.getEmittedBin(), "kernel.elf").step);
}
