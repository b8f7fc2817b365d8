// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import * as assert from 'uvu/assert';
import cellBundle from './executor';
import { bundleSuite, OPTIONS } from './testing/bundle-suite';

const test = bundleSuite('cell-bundle executor');

const UNKNOWN: [title: string, targets: object | undefined, expected: RegExp][] = [
  ['a project', undefined, /^error: cell\/cell\.yaml:\d+:1: initramfs names the project linux-init, which does not exist\n {2}expected: one of linux-image$/],
  ['a target', { audit: {} }, /^error: cell\/cell\.yaml:\d+:1: initramfs names the target initramfs, which linux-init does not have\n {2}expected: one of audit$/],
];
for (const [title, targets, expected] of UNKNOWN) {
  test(`${title} that the cell names and nobody has is refused, though a file is left of it`, async ({ root, context, said }) => {
    const projects = { 'linux-image': { targets: { image: {} } }, ...(targets ? { 'linux-init': { targets } } : {}) };
    const knowing = { ...context, projectsConfigurations: { projects } } as unknown as ExecutorContext;
    assert.equal(await cellBundle(OPTIONS, knowing), { success: false });
    assert.match(said.join('\n'), expected);
    assert.not(existsSync(join(root, OPTIONS.outputDirectory)));
  });
}

test('the bundle is made', async ({ root, context, said }) => {
  assert.equal(await cellBundle(OPTIONS, context), { success: true }, said.join());
  assert.match(said.join(), /^cell\.cpio: Image 4096 bytes, sha512 [0-9a-f]{16}…$/);
  assert.is(readFileSync(join(root, 'dist/out/cell.cpio')).toString('latin1', 0, 6), '070701');
});

test('a corrupt member: one error that names it, nothing written', async ({ root, context, said }) => {
  writeFileSync(join(root, OPTIONS.image), 'not an Image');
  assert.equal(await cellBundle(OPTIONS, context), { success: false });
  assert.is(said.length, 1);
  assert.match(said[0] as string, /^error: dist\/Image is not a usable arm64 Image/);
  assert.not(existsSync(join(root, 'dist/out')));
});

test.run();
