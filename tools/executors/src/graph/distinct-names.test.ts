// SPDX-License-Identifier: Apache-2.0
import * as assert from 'uvu/assert';
import type { WorkspaceFacts } from './facts';
import { targetsByRoot } from './testing/reference-facts';
import { factsSuite } from './testing/facts-suite';

const test = factsSuite('names of projects');

const named = ({ packages, boards, cells, kernels, initramfs, bindings, modules }: WorkspaceFacts) =>
  Object.fromEntries([packages, boards, cells, kernels, initramfs, bindings, modules].flat().map(({ root, name }) => [root, name]));
const KBUILD = 'obj-m := x.o\n';
const KERNEL = 'name: linux-image\n';

const NAMES: [title: string, files: Record<string, string>, names: Record<string, string>][] = [
  [
    'a path that is the folder of another',
    { 'a/src/Kbuild': KBUILD, 'b/src/Kbuild': KBUILD, 'x/a-src/Kbuild': KBUILD },
    { 'a/src': 'a-src', 'b/src': 'b-src', 'x/a-src': 'x-a-src' },
  ],
  [
    'two paths that are spelled alike',
    { 'a/b/src/Kbuild': KBUILD, 'a-b/src/Kbuild': KBUILD },
    { 'a-b/src': 'a-b-src-067543', 'a/b/src': 'a-b-src-a0dd5f' },
  ],
  [
    'a module and a firmware package',
    { 'firmware/rumpk/build.zig': '', 'modules/rumpk/Kbuild': KBUILD },
    { 'firmware/rumpk': 'rumpk', 'modules/rumpk': 'modules-rumpk' },
  ],
  [
    'a module and a name that a file gives',
    { 'k/kernel.yaml': 'name: net\n', 'modules/net/Kbuild': KBUILD, 'modules-net/kernel.yaml': 'name: modules-net\n' },
    { k: 'net', 'modules-net': 'modules-net', 'modules/net': 'modules-net-a6515b' },
  ],
  [
    "somebody else's project.json, with a name and without",
    { 'tools/x/project.json': '{ "name": "bench" }', 'tools/status/project.json': '{}', 'm/bench/Kbuild': KBUILD, 'm/status/Kbuild': KBUILD, 'm/x/Kbuild': KBUILD },
    { 'm/bench': 'm-bench', 'm/status': 'm-status', 'm/x': 'x' },
  ],
  [
    'a project.json without a name, beside a file that gives one',
    { 'cell/Init/initramfs.yaml': 'name: linux-init\n', 'cell/Init/project.json': '{ "targets": {} }', 'm/init/Kbuild': KBUILD },
    { 'cell/Init': 'init', 'm/init': 'm-init' },
  ],
  [
    "somebody else's package",
    { 'tools/x/project.json': '{}', 'tools/x/package.json': '{ "name": "bench" }', 'm/bench/Kbuild': KBUILD, 'm/x/Kbuild': KBUILD },
    { 'm/bench': 'm-bench', 'm/x': 'x' },
  ],
  ['two files of one folder', { 'k/kernel.yaml': KERNEL, 'k/Kbuild': KBUILD, 'k/cell.yaml': 'name: cell\n' }, { k: 'linux-image' }],
  ['a copied board', { 'apps/virt/board.yaml': 'name: virt\n', 'apps/b2/board.yaml': 'name: virt\n' }, { 'apps/b2': 'b2', 'apps/virt': 'virt' }],
  ['a copied cell', { 'a/cell.yaml': 'name: cell\n', 'cell/cell.yaml': 'name: cell\n' }, { a: 'a', cell: 'cell' }],
  ['a copied kernel', { 'linux/kernel.yaml': KERNEL, 'k2/kernel.yaml': KERNEL }, { k2: 'linux-image', linux: 'linux' }],
  ['a copied kernel in the folder of a module', { 'linux/kernel.yaml': KERNEL, 'k2/kernel.yaml': KERNEL, 'm/linux/Kbuild': KBUILD }, { k2: 'linux-image', 'm/linux': 'linux', linux: 'linux-caf901' }],
];
for (const [title, files, names] of NAMES) test(`each has its own: ${title}`, ({ facts }) => assert.equal(named(facts(files)), names));

const COPIES: [title: string, files: Record<string, string>, faults: [root: string, target: string, file: string][], summary: string][] = [
  [
    'a kernel: neither is built',
    { 'linux/kernel.yaml': KERNEL, 'k2/kernel.yaml': KERNEL },
    [
      ['k2', 'image', 'k2/kernel.yaml'],
      ['linux', 'image', 'linux/kernel.yaml'],
    ],
    'the project name linux-image is claimed by k2/kernel.yaml and by linux/kernel.yaml',
  ],
  [
    'a kernel, in a folder of the same name',
    { 'a/linux/kernel.yaml': 'name: linux\n', 'b/linux/kernel.yaml': 'name: linux\n' },
    [
      ['a/linux', 'image', 'a/linux/kernel.yaml'],
      ['b/linux', 'image', 'b/linux/kernel.yaml'],
    ],
    'the project name linux is claimed by a/linux/kernel.yaml and by b/linux/kernel.yaml',
  ],
  [
    'a cell, which has no target of its own; the one whose folder is called so keeps it',
    { 'cell/cell.yaml': 'name: cell\n', 'a-cell/cell.yaml': 'name: cell\n' },
    [['a-cell', 'build', 'a-cell/cell.yaml']],
    'the project name cell is claimed by cell/cell.yaml and by a-cell/cell.yaml',
  ],
  [
    'what a package has by its folder: the package keeps it',
    { 'firmware/k/build.zig': 'b.step("test", "t");', 'linux/kernel.yaml': 'name: k\n' },
    [['linux', 'image', 'linux/kernel.yaml']],
    'the project name k is claimed by firmware/k/build.zig and by linux/kernel.yaml',
  ],
  [
    "what somebody else's project.json gives",
    { 'tools/x/project.json': '{ "name": "bench" }', 'linux/kernel.yaml': 'name: bench\n' },
    [['linux', 'image', 'linux/kernel.yaml']],
    'the project name bench is claimed by tools/x/project.json and by linux/kernel.yaml',
  ],
];
for (const [title, files, faults, summary] of COPIES) {
  test(`a name given twice is told where it is given: ${title}`, ({ facts }) => {
    const targets = targetsByRoot(facts(files));
    const told = Object.entries(targets).flatMap(([root, all]) =>
      Object.entries(all).flatMap(([name, { executor, options }]) => (executor === '@nexus-forge/nx:fault' ? [{ at: [root, name, options?.['file']], key: options?.['key'], summary: options?.['summary'] }] : [])),
    );
    assert.equal(told, faults.map((at) => ({ at, key: 'name', summary })));
  });
}

test.run();
