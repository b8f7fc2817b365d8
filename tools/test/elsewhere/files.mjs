// SPDX-License-Identifier: Apache-2.0
// What somebody who has only the package writes beside the kernel that `init` brings: a kernel module, and a proof of
// what that kernel does.

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
    'proofs/hello.proof.yaml': PROOF,
    'drivers/hello/Kbuild': 'obj-m := hello.o\n',
    'drivers/hello/hello.c': MODULE,
    'linux/kernel.yaml': 'name: linux\n',
    'linux/project.json': JSON.stringify(kernelProject(buildTree), null, 2),
  };
}
