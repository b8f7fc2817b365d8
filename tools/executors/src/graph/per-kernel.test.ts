// SPDX-License-Identifier: Apache-2.0
// What is for several kernels: a target for each, each with what belongs to that kernel.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModuleFacts, WorkspaceFacts } from './facts';
import { faultSaid, project, target, targetsByRoot, withKernels } from './testing/reference-facts';

const FAULT = '@nexus-forge/nx:fault';
const [RING, BLK, INIT] = ['linux-cell/modules/ring', 'linux-cell/modules/blk', 'linux-cell/init'] as const;
const BOTH = ['old', 'new'];
const facts = withKernels(BOTH, { ring: BOTH, blk: BOTH, init: BOTH });
const namesIn = (root: string, found: WorkspaceFacts = facts) => Object.keys(targetsByRoot(found)[root] ?? {}).sort();
const standsFor = (root: string, name: string) => target(root, name, facts).dependsOn;

test('each kernel has a target of its own, and the plain name stands for all of them', () => {
  for (const [root, project, plain] of [
    [RING, 'ring', 'module'],
    [BLK, 'blk', 'module'],
    [INIT, 'linux-init', 'initramfs'],
  ] as const) {
    assert.equal(namesIn(root), ['audit', plain, `${plain}-new`, `${plain}-old`, 'verify-reproducible'].sort());
    assert.is(target(root, plain, facts).executor, 'nx:noop');
    assert.equal(
      standsFor(root, plain),
      BOTH.map((kernel) => ({ projects: [project], target: `${plain}-${kernel}` })),
    );
  }
});

test('each takes what is for its own kernel, and has outputs of its own', () => {
  for (const kernel of BOTH) {
    const blk = target(BLK, `module-${kernel}`, facts);
    assert.is(blk.options?.['buildTree'], `dist/${kernel}/image/build-tree.tar.gz`);
    assert.equal(blk.options?.['dependencies'], [
      { source: RING, symvers: `dist/ring/module-${kernel}/Module.symvers` },
    ]);
    assert.equal(blk.outputs, [`{workspaceRoot}/dist/blk/module-${kernel}`]);
    assert.equal(blk.dependsOn, [`${kernel}:image`, `ring:module-${kernel}`].sort());
    const init = target(INIT, `initramfs-${kernel}`, facts);
    assert.equal(init.options?.['modules'], [`dist/ring/module-${kernel}/ring.ko`, `dist/blk/module-${kernel}/blk.ko`]);
    assert.is(init.options?.['buildTree'], `dist/${kernel}/image/build-tree.tar.gz`);
  }
});

test('a list of one kernel is one kernel', () => {
  const one = withKernels(BOTH, { ring: ['new'], blk: ['new'], init: ['new'] });
  assert.equal(namesIn(RING, one), ['audit', 'module', 'verify-reproducible']);
  assert.is(target(RING, 'module', one).options?.['buildTree'], 'dist/new/image/build-tree.tar.gz');
});

test('a module for several kernels, in an initramfs for one of them', () => {
  const mixed = withKernels(BOTH, { ring: BOTH, blk: ['new'], init: ['new'] });
  assert.equal(target(INIT, 'initramfs', mixed).options?.['modules'], [
    'dist/ring/module-new/ring.ko',
    'dist/blk/module/blk.ko',
  ]);
  assert.equal(target(BLK, 'module', mixed).options?.['dependencies'], [
    { source: RING, symvers: 'dist/ring/module-new/Module.symvers' },
  ]);
});

test('one of several kernels does not exist: told by the plain target, and what is for the others goes on', () => {
  const half = withKernels(['new'], { ring: ['new', 'gone'], blk: ['new'], init: ['new'] });
  assert.equal(faultSaid(target(RING, 'module', half)).slice(0, 4), [
    FAULT,
    `${RING}/module.yaml`,
    'kernel',
    'the module ring is for the kernel gone, which does not exist',
  ]);
  assert.is(target(RING, 'module-new', half).executor, '@nexus-forge/nx:kbuild-module');
  assert.equal(target(INIT, 'initramfs', half).options?.['modules'], [
    'dist/ring/module-new/ring.ko',
    'dist/blk/module/blk.ko',
  ]);
});

test('none of several kernels exists: what takes the module names the target that tells it', () => {
  const gone = withKernels(['new'], { ring: ['gone', 'lost'], blk: ['new'], init: ['new'] });
  assert.equal(namesIn(RING, gone), ['module']);
  const { options } = target(RING, 'module', gone);
  assert.is(options?.['summary'], 'the module ring is for the kernel gone, lost, which does not exist');
  assert.equal(target(BLK, 'module', gone).dependsOn, ['new:image', 'ring:module']);
  assert.equal(target(INIT, 'initramfs', gone).dependsOn, ['blk:module', 'new:image', 'ring:module']);
});

test('a module that lacks one of the kernels of what takes it: refused for that one only', () => {
  const short = withKernels(BOTH, { ring: ['old'], blk: BOTH, init: BOTH });
  assert.equal(faultSaid(target(BLK, 'module-new', short)).slice(0, 4), [
    FAULT,
    `${BLK}/Kbuild:1`,
    undefined,
    'the module blk is for the kernel new, but takes ring for old',
  ]);
  assert.equal(faultSaid(target(INIT, 'initramfs-new', short)).slice(0, 4), [
    FAULT,
    `${INIT}/initramfs.yaml`,
    'modules.0',
    'the initramfs linux-init is for the kernel new, but takes ring for old',
  ]);
  assert.is(target(BLK, 'module-old', short).executor, '@nexus-forge/nx:kbuild-module');
  assert.is(target(INIT, 'initramfs-old', short).executor, '@nexus-forge/nx:initramfs');
});

test('what is wrong with a module itself is told by each of its targets', () => {
  const modules = facts.modules.map((known): ModuleFacts => ({
    ...known,
    unclear: [{ line: 2, text: 'obj-m := $(X)' }],
  }));
  for (const name of ['module', 'module-old', 'module-new']) {
    assert.match(
      String(target(RING, name, { ...facts, modules }).options?.['summary']),
      'it cannot be told which modules this builds',
    );
  }
});

const fork = (kernels: string[]): ModuleFacts => ({
  ...facts.modules[0]!,
  ...project('linux-cell/next/ring/Kbuild', 'next-ring'),
  modules: ['ring'],
  kernels,
});
const forked = (own: string[], other: string[]): WorkspaceFacts => {
  const known = withKernels(BOTH, { ring: own, blk: own, init: BOTH });
  return {
    ...known,
    modules: [...known.modules, fork(other)],
    initramfs: known.initramfs.map((it) => ({ ...it, modules: ['ring'] })),
  };
};

test('of two Kbuilds for one module, each for a kernel of its own, the initramfs takes that for its kernel', () => {
  const apart = forked(['old'], ['new']);
  assert.equal(target(INIT, 'initramfs-old', apart).options?.['modules'], ['dist/ring/module/ring.ko']);
  assert.equal(target(INIT, 'initramfs-new', apart).options?.['modules'], ['dist/next-ring/module/ring.ko']);
});

test('of two Kbuilds for one module and one kernel none is taken for being the first', () => {
  assert.equal(faultSaid(target(INIT, 'initramfs-new', forked(BOTH, ['new']))), [
    FAULT,
    `${INIT}/initramfs.yaml`,
    'modules.0',
    'the initramfs linux-init takes the module ring, built for the kernel new by ' +
      'linux-cell/modules/ring/Kbuild and by linux-cell/next/ring/Kbuild',
    'one of them, or each for a kernel of its own',
  ]);
  assert.is(target(INIT, 'initramfs-old', forked(BOTH, ['new'])).executor, '@nexus-forge/nx:initramfs');
});

test.run();
