// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { WorkspaceFacts } from './facts';
import type { Target } from './targets/definition';
import {
  faultSaid as said,
  project,
  REFERENCE,
  target,
  targetsByRoot,
  withKernels,
  WITH_ARTEFACT,
} from './testing/reference-facts';

const FAULT = '@nexus-forge/nx:fault';
const [RING, BLK, INIT, BUNDLE] = [
  ['linux-cell/modules/ring', 'module'],
  ['linux-cell/modules/blk', 'module'],
  ['linux-cell/init', 'initramfs'],
  ['apps/virt', 'cell-bundle'],
] as const;

/** The reference with these kernels, its modules and its initramfs for the named ones. */
const facts = (names: string[], named: { ring?: string; blk?: string; init?: string } = {}): WorkspaceFacts =>
  withKernels(names, { ring: listed(named.ring), blk: listed(named.blk), init: listed(named.init) });
const listed = (name: string | undefined) => (name === undefined ? [] : [name]);
const all = (kernel: string) => ({ ring: kernel, blk: kernel, init: kernel });
const treeOf = ({ options }: Target) => options?.['buildTree'];

test('with one kernel its name may be left out', () => {
  for (const [root, name] of [RING, BLK, INIT]) assert.is(treeOf(target(root, name, facts(['linux-image']))), 'dist/linux-image/image/build-tree.tar.gz');
});

test('a second kernel changes nothing of what names the first, though it sorts before it', () => {
  const { 'kernels/another': _, ...after } = targetsByRoot(facts(['another', 'linux-image'], all('linux-image')));
  assert.equal(after, targetsByRoot(facts(['linux-image'], all('linux-image'))));
});

test('of two kernels the one that is named is built for', () => {
  for (const [root, name] of [RING, BLK, INIT]) assert.is(treeOf(target(root, name, facts(['another', 'linux-image'], all('another')))), 'dist/another/image/build-tree.tar.gz');
});

test('several kernels and no name: refused, with their names and what to write', () => {
  const several = facts(['linux-image', 'another']);
  assert.equal(said(target(...RING, several)), [
    FAULT,
    'linux-cell/modules/ring/Kbuild:1',
    'kernel',
    'the module ring does not say which of 2 kernels it is for',
    'kernel: one of another, linux-image, in linux-cell/modules/ring/module.yaml',
  ]);
  assert.equal(said(target(...INIT, several)), [
    FAULT,
    'linux-cell/init/initramfs.yaml',
    'kernel',
    'the initramfs linux-init does not say which of 2 kernels it is for',
    'kernel: one of another, linux-image, in linux-cell/init/initramfs.yaml',
  ]);
});

test('a module.yaml that names none of several kernels is where it is to be said', () => {
  const several = facts(['linux-image', 'another']);
  const modules = several.modules.map((known) => ({ ...known, manifest: `${known.root}/module.yaml` }));
  assert.is(said(target(...RING, { ...several, modules }))[1], 'linux-cell/modules/ring/module.yaml');
});

test('a kernel that does not exist: refused where it is named', () => {
  const unknown = facts(['linux-image'], { ...all('linux-image'), ring: 'linux-imgae', init: 'none' });
  assert.equal(said(target(...RING, unknown)), [
    FAULT,
    'linux-cell/modules/ring/module.yaml',
    'kernel',
    'the module ring is for the kernel linux-imgae, which does not exist',
    'kernel: one of linux-image, in linux-cell/modules/ring/module.yaml',
  ]);
  assert.match(String(target(...INIT, unknown).options?.['summary']), 'the initramfs linux-init is for the kernel none, which does not exist');
  assert.is(treeOf(target(...BLK, unknown)), 'dist/linux-image/image/build-tree.tar.gz', 'others are not held up');
});

test('no kernel at all: refused', () => {
  assert.equal(said(target(...RING, facts([]))).slice(3), ['the module ring has no kernel to be built for', 'a kernel.yaml in this workspace']);
});

const MIXED: [title: string, named: ReturnType<typeof all>, place: readonly [string, string], file: string, summary: string][] = [
  ['an initramfs with modules for another kernel', { ring: 'another', blk: 'another', init: 'linux-image' }, INIT, 'linux-cell/init/initramfs.yaml', 'the initramfs linux-init is for the kernel linux-image, but takes ring for another, blk for another'],
  [
    'a module that uses one for another kernel',
    { ring: 'another', blk: 'linux-image', init: 'linux-image' },
    BLK,
    'linux-cell/modules/blk/Kbuild:1',
    'the module blk is for the kernel linux-image, but takes ring for another',
  ],
  ['a cell whose Image and initramfs are of two kernels', all('another'), BUNDLE, 'linux-cell/cell.yaml', "the cell's Image is of the kernel linux-image, its initramfs linux-init is for another"],
];
const CELLS = [
  ['', REFERENCE.cells],
  [", with a cell that takes another target's initramfs", WITH_ARTEFACT.cells],
] as const;
for (const [title, named, place, file, summary] of MIXED) {
  for (const [how, cells] of CELLS) {
    test(`${title}${how}: refused`, () => {
      const found = target(...place, { ...facts(['another', 'linux-image'], named), cells });
      assert.equal(said(found).slice(0, 2), [FAULT, file]);
      assert.is(found.options?.['summary'], summary);
    });
  }
}

const FAULTY_INITRAMFS: [title: string, facts: WorkspaceFacts][] = [
  ['an unknown kernel', facts(['linux-image'], { ...all('linux-image'), init: 'none' })],
  ['several kernels and no name', facts(['linux-image', 'another'])],
  ['modules for another kernel', facts(['another', 'linux-image'], { ring: 'another', blk: 'another', init: 'linux-image' })],
];
for (const [title, faulty] of FAULTY_INITRAMFS) {
  test(`an initramfs with ${title}: the bundle that would make it says the same`, () => {
    assert.equal(said(target(...BUNDLE, faulty)), said(target(...INIT, faulty)));
    assert.is.not(target(...BUNDLE, { ...faulty, cells: WITH_ARTEFACT.cells }).executor, FAULT, 'the target that it is taken from tells');
  });
}

const NO_DESCRIPTION: [title: string, initramfs: WorkspaceFacts['initramfs'], expected: string][] = [
  ['one', REFERENCE.initramfs, 'one of linux-cell/init/initramfs.yaml, or what a target makes, as project:target/file'],
  ['none', [], 'the path of an initramfs.yaml (there is none yet), or what a target makes, as project:target/file'],
];
for (const [title, initramfs, expected] of NO_DESCRIPTION) {
  test(`a cell that names no initramfs.yaml of the workspace, which has ${title}: refused where it is named`, () => {
    const cells = REFERENCE.cells.map((known) => ({ ...known, initramfsDescription: 'linux-cell/other.yaml' }));
    assert.equal(said(target(...BUNDLE, { ...REFERENCE, cells, initramfs })), [
      FAULT,
      'linux-cell/cell.yaml',
      'initramfs',
      'initramfs names linux-cell/other.yaml, which is no initramfs.yaml of this workspace',
      expected,
    ]);
  });
}

test('the window described twice: refused with both files, wherever a description would be read', () => {
  const twice = { ...REFERENCE, bindings: [...REFERENCE.bindings, project('libs/other/ion-abi.yaml')] };
  for (const [root, name] of [['libs/ion-abi', 'generate'], ['libs/other', 'generate'], ['apps/virt', 'device-tree']] as const) {
    assert.equal(said(target(root, name, twice)), [
      FAULT,
      'libs/other/ion-abi.yaml',
      undefined,
      'the ION window is described 2 times: libs/ion-abi/ion-abi.yaml, libs/other/ion-abi.yaml',
      'one ion-abi.yaml in a workspace',
    ]);
  }
});

test.run();
