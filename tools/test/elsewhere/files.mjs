// SPDX-License-Identifier: Apache-2.0
// What somebody who has only the package writes: a kernel, a kernel module, and a proof that the kernel does what it
// should.

/** The pins of it are those that `init` writes. */
const BUILD = `const std = @import("std");

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
`;

const LINKER_SCRIPT = `ENTRY(head)
SECTIONS
{
    . = 0x40200000;
    start = .;
    .text : { KEEP(*(.head)) *(.text .text.*) *(.rodata .rodata.*) }
    . = ALIGN(16) + 0x1000;
    stack_top = .;
    image_size = . - start;
    /DISCARD/ : { *(.debug*) *(.comment) *(.eh_frame*) }
}
`;

/** The header of an arm64 Image (Documentation/arm64/booting.rst, section 4), and a stack. */
const HEAD = `.section .head, "ax"
.global head
head:
    b 1f
    nop
    .quad 0, image_size, 0xa, 0, 0, 0
    .word 0x644d5241, 0
1:  adr x0, stack_top
    mov sp, x0
    bl main
`;

/** It says hello on the PL011 and has PSCI switch the machine off. */
const KERNEL = `const uart: *volatile u32 = @ptrFromInt(0x0900_0000);

export fn main() noreturn {
    for ("hello\\n") |byte| uart.* = byte;
    while (true) asm volatile ("smc #0" : : [off] "{x0}" (0x8400_0008) : .{ .memory = true });
}

comptime {
    asm (@embedFile("head.S"));
}
`;

/** As proofs were written for version 0.1: the migration to 0.2 has something to do. */
const PROOF = `proof: hello
title: The kernel says hello
claim: It is entered at EL2, says hello and ends.
component: Hello
board: qemu-virt
target: proof-hello
artefacts: { firmware: 'qemu-virt:firmware/kernel.img' }
machine: { kernel: firmware }
rumpk_image: none
end: { marker: '^hello$' }
moments: { entry: 0x40200000 }
checks:
  - id: hello
    title: it is entered at EL2 and says hello
    expect:
      - { register: CPSR, at: entry, mask: 0xf, equals: 9 }
      - { line: '^hello$' }
mutants:
  - id: no-el2
    does: the machine has no EL2
    machine: { options: { virtualization: off } }
    kills: [hello]
does_not_show: [anything else]
`;

const MODULE = `// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>

static int __init hello_init(void)
{
	pr_info("hello\\n");
	return 0;
}

static void __exit hello_exit(void)
{
}

module_init(hello_init);
module_exit(hello_exit);
MODULE_DESCRIPTION("Says hello");
MODULE_LICENSE("GPL");
`;

/**
 * The module's kernel. To build one takes many minutes, and shows nothing of the package that proofs do not: what is
 * served here is a build tree that was made before, by a target of the name that the plugin would infer.
 */
function kernelProject(buildTree) {
  const folder = 'dist/linux/image';
  return {
    name: 'linux',
    targets: {
      image: {
        executor: 'nx:run-commands',
        options: { command: `mkdir -p ${folder} && cp ${buildTree} ${folder}/build-tree.tar.gz` },
        inputs: ['{projectRoot}/**/*'],
        outputs: [`{workspaceRoot}/${folder}`],
        dependsOn: [],
        cache: true,
      },
    },
  };
}

/** The files of the workspace beside what npm and `init` write, by path. */
export function filesOf(buildTree) {
  return {
    'firmware/kernel/build.zig': BUILD,
    'firmware/kernel/kernel.ld': LINKER_SCRIPT,
    'firmware/kernel/head.S': HEAD,
    'firmware/kernel/kernel.zig': KERNEL,
    'proofs/hello.proof.yaml': PROOF,
    'drivers/hello/Kbuild': 'obj-m := hello.o\n',
    'drivers/hello/hello.c': MODULE,
    'linux/kernel.yaml': 'name: linux\n',
    'linux/project.json': JSON.stringify(kernelProject(buildTree), null, 2),
  };
}
