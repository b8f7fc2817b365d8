// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import deviceTree from './executor';

const ROOT = join(__dirname, '..', '..', '..', '..', '..');

interface Case {
  root: string;
  context: ExecutorContext;
  errors: string[];
  restore: () => void;
}

const test = suite<Case>('device-tree executor');
test.before.each((it) => {
  it.root = mkdtempSync(join(tmpdir(), 'nf-dt-executor-'));
  for (const name of ['workspace.json', '.toolchain', 'libs', 'docs']) symlinkSync(join(ROOT, name), join(it.root, name));
  for (const file of ['apps/qemu-virt/board.yaml', 'linux-cell/cell.yaml']) {
    mkdirSync(join(it.root, file, '..'), { recursive: true });
    copyFileSync(join(ROOT, file), join(it.root, file));
  }
  it.context = { root: it.root } as ExecutorContext;
  it.errors = [];
  const { error, log } = console;
  console.error = (text: string) => it.errors.push(text);
  console.log = () => {};
  it.restore = () => Object.assign(console, { error, log });
});
test.after.each(({ root, restore }) => {
  restore();
  rmSync(root, { recursive: true, force: true });
});

const OPTIONS = { board: 'apps/qemu-virt/board.yaml', outputDirectory: 'dist/out' };

function edit(root: string, file: string, from: string, to: string): void {
  const text = readFileSync(join(root, file), 'utf8');
  assert.ok(text.includes(from), `${file} has ${from}`);
  writeFileSync(join(root, file), text.replace(from, to));
}

test('the reference board gives its three blobs, with or without the cell named', async ({ root, context, errors }) => {
  assert.equal(await deviceTree(OPTIONS, context), { success: true }, errors.join());
  assert.equal(readdirSync(join(root, 'dist/out')).sort(), ['board.dtb', 'cell.dtb', 'manifest.dtb']);
  assert.equal(await deviceTree({ ...OPTIONS, cell: 'linux-cell/cell.yaml', outputDirectory: 'dist/again' }, context), { success: true });
  assert.equal(readFileSync(join(root, 'dist/again/cell.dtb')), readFileSync(join(root, 'dist/out/cell.dtb')));
});

const FAULTS: [title: string, file: string, from: string, to: string, expected: RegExp][] = [
  ['overlapping ranges in a board file', 'apps/qemu-virt/board.yaml', 'scratch: { base: 0x58000000', 'scratch: { base: 0x57000000', /^error: linux-cell\/cell\.yaml:\d+:1: carve_out overlaps rumpk\.scratch\n.*apps\/qemu-virt\/board\.yaml:\d+:3/],
  ['a key that does not exist', 'linux-cell/cell.yaml', 'vmid:', 'vm_id:', /^error: linux-cell\/cell\.yaml:\d+:1: unknown key vm_id/],
  ['a window that the ABI does not know', 'linux-cell/cell.yaml', 'ipa: 0x90000000', 'ipa: 0x98000000', /ion\.ipa is not what ion-abi\.yaml fixes/],
];
for (const [title, file, from, to, expected] of FAULTS) {
  test(`${title}: one error with its place, no stack, nothing written`, async ({ root, context, errors }) => {
    edit(root, file, from, to);
    assert.equal(await deviceTree(OPTIONS, context), { success: false });
    assert.is(errors.length, 1);
    assert.match(errors[0] as string, expected);
    assert.not.match(errors[0] as string, /\n\s+at /);
    assert.not(existsSync(join(root, 'dist/out')));
  });
}

test('a workspace without an ion-abi.yaml: what it is for, and what writes one', async ({ root, context, errors }) => {
  rmSync(join(root, 'libs'));
  assert.equal(await deviceTree(OPTIONS, context), { success: false });
  assert.match(errors[0] as string, /^error: this workspace has no ion-abi\.yaml\n {2}expected: .*window.*\n {2}found: .*\n {2}to do: +npx nx g @nexus-forge\/nx:init/);
});

test('a board file that is not there', async ({ context, errors }) => {
  assert.equal(await deviceTree({ ...OPTIONS, board: 'apps/none/board.yaml' }, context), { success: false });
  assert.match(errors[0] as string, /^error: apps\/none\/board\.yaml: cannot be read/);
});

test.run();
