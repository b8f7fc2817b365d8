// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ExecutorContext } from '@nx/devkit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import deviceTree from '../device-tree/executor';
import cellBundle from './executor';

const ROOT = join(__dirname, '..', '..', '..', '..', '..');
const OPTIONS = {
  cell: 'linux-cell/cell.yaml',
  manifest: 'dist/dt/manifest.dtb',
  deviceTree: 'dist/dt/cell.dtb',
  image: 'dist/Image',
  initramfs: 'dist/initramfs.cpio.gz',
  outputDirectory: 'dist/out',
};

interface Case {
  root: string;
  context: ExecutorContext;
  said: string[];
  restore: () => void;
}

const test = suite<Case>('cell-bundle executor');
test.before.each(async (it) => {
  it.root = mkdtempSync(join(tmpdir(), 'nf-bundle-executor-'));
  for (const name of ['workspace.json', '.toolchain', 'libs', 'apps', 'linux-cell', 'docs']) symlinkSync(join(ROOT, name), join(it.root, name));
  it.context = { root: it.root } as ExecutorContext;
  it.said = [];
  const { error, log } = console;
  console.error = console.log = (text: string) => it.said.push(text);
  it.restore = () => Object.assign(console, { error, log });

  mkdirSync(join(it.root, 'dist'));
  await deviceTree({ board: 'apps/qemu-virt/board.yaml', outputDirectory: 'dist/dt' }, it.context);
  writeFileSync(join(it.root, OPTIONS.image), image());
  const archive = execFileSync('cpio', ['--create', '--format=newc', '--quiet'], { cwd: join(ROOT, 'linux-cell'), input: 'cell.yaml\n' });
  writeFileSync(join(it.root, OPTIONS.initramfs), gzipSync(archive));
  it.said.length = 0;
});
test.after.each(({ root, restore }) => {
  restore();
  rmSync(root, { recursive: true, force: true });
});

/** A 4 KiB file with the header of an arm64 Image that asks for 8 MiB. */
function image(): Buffer {
  const bytes = Buffer.alloc(4096);
  bytes.writeBigUInt64LE(8n << 20n, 16);
  bytes.write('ARM\x64', 56, 'latin1');
  return bytes;
}

const UNKNOWN: [title: string, targets: object | undefined, expected: RegExp][] = [
  ['a project', undefined, /^error: linux-cell\/cell\.yaml:\d+:1: initramfs names the project linux-init, which does not exist\n {2}expected: one of linux-image$/],
  ['a target', { audit: {} }, /^error: linux-cell\/cell\.yaml:\d+:1: initramfs names the target initramfs, which linux-init does not have\n {2}expected: one of audit$/],
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
