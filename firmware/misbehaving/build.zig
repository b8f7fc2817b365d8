// SPDX-License-Identifier: Apache-2.0
//! A guest that does what no guest may, as an arm64 Image: proofs put it where Linux would be.
const std = @import("std");

pub fn build(b: *std.Build) void {
    const target = b.resolveTargetQuery(.{
        .cpu_arch = .aarch64,
        .os_tag = .freestanding,
        .abi = .none,
        .cpu_model = .{ .explicit = &std.Target.aarch64.cpu.cortex_a53 },
    });
    const root = b.createModule(.{
        .root_source_file = b.path("guest.zig"),
        .target = target,
        .optimize = .small,
        // The mapping symbols tell texts from code.
        .strip = false,
        .single_threaded = true,
    });
    const options = b.addOptions();
    const steps = b.option([]const u8, "steps", "What it does: a file of steps/ (default interface)");
    options.addOption([]const u8, "steps", steps orelse "interface");
    root.addOptions("options", options);
    const guest = b.addExecutable(.{ .name = "guest.elf", .root_module = root, .use_llvm = true, .use_lld = true });
    guest.setLinkerScript(b.path("guest.ld"));
    guest.entry = .{ .symbol_name = "guest_head" };
    guest.link_z_relro = false;
    guest.bundle_compiler_rt = false;
    const flat = b.addObjCopy(guest.getEmittedBin(), .{ .format = .binary, .basename = "guest.img" });
    b.getInstallStep().dependOn(&b.addInstallBinFile(flat.getOutput(), "guest.img").step);
    b.getInstallStep().dependOn(&b.addInstallBinFile(guest.getEmittedBin(), "guest.elf").step);
}
