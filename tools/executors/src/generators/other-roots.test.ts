// SPDX-License-Identifier: Apache-2.0
// What is there already is found in every folder that nx.json names for its kind, and nowhere else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import boardGenerator from './board/generator';
import { neighbourhood, REPOSITORY } from './board/from-tree/testing/neighbour';
import bridgeModuleGenerator from './bridge-module/generator';
import cellGenerator from './cell/generator';
import kernelGenerator from './kernel/generator';
import proofGenerator from './proof/generator';
import { written } from './testing';

/** Of each kind the second folder is the one with files. */
const ROOTS = {
  boards: ['apps', 'packages'],
  cells: ['guests', 'cells'],
  kernels: ['linux', 'kernels'],
  modules: ['drivers', 'modules'],
  proofs: ['proofs', 'checks'],
  bindings: ['abi', 'bindings'],
  initramfs: ['init'],
};
const MOVED: readonly [from: string, to: string][] = [
  ['apps/qemu-virt/board.yaml', 'packages/qemu-virt/board.yaml'],
  ['linux-cell/cell.yaml', 'cells/linux-cell/cell.yaml'],
  ['libs/ion-abi/ion-abi.yaml', 'bindings/ion-abi.yaml'],
];

function workspace(): Tree {
  const tree = neighbourhood();
  for (const [from, to] of MOVED) {
    tree.write(to, (tree.read(from, 'utf-8') ?? '').replace(/^cell: .*$/m, 'cell: cells/linux-cell/cell.yaml'));
    tree.delete(from);
  }
  tree.write('nx.json', JSON.stringify({ plugins: [{ plugin: '@nexus-forge/nx', options: { roots: ROOTS } }] }));
  tree.write('kernels/old/kernel.yaml', 'name: old\nfragments: [a.config]\n');
  tree.write('kernels/old/a.config', 'CONFIG_MODULES=y\n');
  const header = 'nexus_ion/window.h';
  tree.write(`modules/${header}`, readFileSync(join(REPOSITORY, 'linux-cell/modules', header), 'utf8'));
  tree.write('checks/old.proof.yaml', 'proof: old\ntarget: proof-taken\n');
  // In folders of no kind: no graph sees these.
  tree.write('attic/ion-abi.yaml', 'name: nothing\n');
  tree.write('attic/kernel.yaml', 'name: aged\nfragments: []\n');
  return tree;
}

const none = async () => [];
const SOUND = { name: 'sound', receive: 'console_input', transmit: 'console_output' };

/** Files that a generator has written into the workspace. */
async function made(tree: Tree, generate: () => Promise<unknown>): Promise<string[]> {
  const before = new Set(written(tree));
  await generate();
  return written(tree).filter((path) => !before.has(path));
}

const GENERATORS: [title: string, generate: (tree: Tree) => Promise<unknown>, files: string[]][] = [
  ['a board', (tree) => boardGenerator(tree, { name: 'desk' }, none), ['apps/desk/board.yaml']],
  [
    'a board from another one',
    (tree) => boardGenerator(tree, { name: 'desk', from: 'qemu-virt', directory: 'packages' }, none),
    ['packages/desk/board.yaml'],
  ],
  ['a cell', (tree) => cellGenerator(tree, { name: 'guest', board: 'qemu-virt' }, none), ['guests/guest/cell.yaml']],
  ['a proof', (tree) => proofGenerator(tree, { name: 'hello', boards: 'qemu-virt' }), ['proofs/hello.proof.yaml']],
  [
    'a kernel',
    (tree) => kernelGenerator(tree, { name: 'next' }, none),
    ['linux/next/a.config', 'linux/next/kernel.yaml'],
  ],
  [
    'a bridge',
    (tree) => bridgeModuleGenerator(tree, SOUND, none),
    ['Kbuild', 'main.c', 'module.yaml', 'test/sound_shim.h', 'test/sound_test.c'].map(
      (file) => `modules/nexus_sound/${file}`,
    ),
  ],
];
for (const [title, generate, files] of GENERATORS) {
  test(`${title} finds what it begins with, whichever folder of the kind that is in`, async () => {
    const tree = workspace();
    assert.equal(await made(tree, () => generate(tree)), files);
  });
}

const REFUSED: [title: string, generate: (tree: Tree) => Promise<unknown>, expected: RegExp][] = [
  [
    'a board that is in none',
    (tree) => boardGenerator(tree, { name: 'desk', from: 'none' }, none),
    /there is no board none[^]*boards in apps, packages: qemu-virt/,
  ],
  ['a target of a proof in another one', (tree) => proofGenerator(tree, { name: 'taken' }), /checks\/old\.proof\.yaml/],
  [
    'a kernel that no graph sees',
    (tree) => kernelGenerator(tree, { name: 'next', from: 'aged' }, none),
    /there is no kernel aged[^]*old/,
  ],
];
for (const [title, generate, expected] of REFUSED) {
  test(`refused: ${title}`, async () => {
    const tree = workspace();
    assert.match(String(await generate(tree).catch((error: Error) => error)), expected);
  });
}

test.run();
