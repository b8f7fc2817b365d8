// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import * as assert from 'uvu/assert';
import initramfs from '../initramfs/executor';
import { TINY, write, writeTiny } from '../initramfs/testing/tiny';
import cellBundle from './executor';
import { bundleSuite, OPTIONS, writeCell } from './testing/bundle-suite';

const test = bundleSuite('cell-bundle executor, with an initramfs of its own');

/** A cell that names the description; the option is what its target gives. */
const OWN = { ...OPTIONS, initramfs: { ...TINY, stateDirectory: '.nexus-forge/state/kbuild' } };
const own = (root: string) => {
  writeTiny(root);
  writeCell(root, TINY.initramfs);
};
const madeHere = (root: string) => readFileSync(join(root, 'dist/out/initramfs.cpio.gz'));

test('an initramfs that is made here: an output beside the bundle, the same bytes as of its own target', async ({ root, context, said }) => {
  own(root);
  assert.equal(await cellBundle(OWN, context), { success: true }, said.join('\n'));
  assert.equal(readdirSync(join(root, 'dist/out')).sort(), ['cell.cpio', 'initramfs.cpio.gz']);
  assert.equal(await initramfs({ ...TINY, outputDirectory: 'dist/init' }, context), { success: true }, said.join('\n'));
  assert.ok(madeHere(root).equals(readFileSync(join(root, 'dist/init/initramfs.cpio.gz'))));
  const unpacked = execFileSync('cpio', ['--extract', '--quiet', '--to-stdout', 'initramfs.cpio.gz'], { input: readFileSync(join(root, 'dist/out/cell.cpio')) });
  assert.ok(madeHere(root).equals(unpacked), 'it is the one in the bundle');
});

test('both targets at the same time, and with an /init kept of earlier sources', async ({ root, context, said }) => {
  own(root);
  for (const source of ['void _start(void);\nvoid _start(void) { for (;;); }\n', 'void _start(void);\nvoid _start(void) { for (;;) (void)0; }\n']) {
    write(root, 'init/main.c', source);
    const results = await Promise.all([cellBundle(OWN, context), initramfs({ ...TINY, outputDirectory: 'dist/init' }, context)]);
    assert.equal(results, [{ success: true }, { success: true }], said.join('\n'));
    assert.ok(madeHere(root).equals(readFileSync(join(root, 'dist/init/initramfs.cpio.gz'))));
  }
});

const TASK = { projectName: 'virt', targetName: 'cell-bundle' };
const knowingOwn = (root: string, inputs: unknown[], dependsOn: string[] = []) => {
  const target = { inputs, dependsOn, options: { outputDirectory: OWN.outputDirectory } };
  const projects = {
    virt: { root: 'apps/virt', targets: { 'cell-bundle': target } },
    'linux-image': { root: 'image', targets: { image: {} } },
  };
  return { root, ...TASK, projectsConfigurations: { projects } } as unknown as ExecutorContext;
};

test('a source of /init that the bundle does not declare is refused', async ({ root, said }) => {
  own(root);
  const files = ['{workspaceRoot}/workspace.json', '{workspaceRoot}/cell/cell.yaml', '{workspaceRoot}/init/initramfs.yaml'];
  const module = { dependentTasksOutputFiles: 'dist/mine/mine.ko' };
  assert.equal(await cellBundle(OWN, knowingOwn(root, [...files, module])), { success: false });
  assert.match(said.join('\n'), /error: virt:cell-bundle reads what it does not declare[\s\S]*found: +init\/main\.c/);
  assert.not(existsSync(join(root, OWN.outputDirectory)));
  assert.equal(await cellBundle(OWN, knowingOwn(root, [...files, '{workspaceRoot}/init/**/*'])), { success: false });
  assert.match(said.join('\n'), /found: +dist\/mine\/mine\.ko/);
  assert.equal(await cellBundle(OWN, knowingOwn(root, [...files, '{workspaceRoot}/init/**/*', module])), { success: true }, said.join('\n'));
});

test('a module that no target makes is refused, though a file is left of it', async ({ root, said }) => {
  own(root);
  assert.equal(await cellBundle(OWN, knowingOwn(root, ['{workspaceRoot}/cell/cell.yaml', '{workspaceRoot}/init/initramfs.yaml'], ['mine:module'])), { success: false });
  assert.match(said.join('\n'), /error: init\/initramfs\.yaml:\d+:\d+: virt:cell-bundle takes what mine:module should make/);
  assert.not(existsSync(join(root, OWN.outputDirectory)));
});

test('a fault of the initramfs is one of the bundle, with its place, and nothing is written', async ({ root, context, said }) => {
  own(root);
  rmSync(join(root, 'init/main.c'));
  assert.equal(await cellBundle(OWN, context), { success: false });
  assert.match(said.join('\n'), /error: init\/initramfs\.yaml:3:\d+: the source init\/main\.c is missing/);
  assert.not(existsSync(join(root, OWN.outputDirectory)));
});

test.run();
