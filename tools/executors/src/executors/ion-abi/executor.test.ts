// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import ionAbi from './executor';

const ROOT = join(__dirname, '..', '..', '..', '..', '..');
const OPTIONS = { abi: 'ion-abi.yaml', outputDirectory: 'dist/out' };

interface Case {
  root: string;
  context: ExecutorContext;
  said: string[];
  restore: () => void;
}

const test = suite<Case>('ion-abi executor');
test.before.each((it) => {
  it.root = mkdtempSync(join(tmpdir(), 'nf-ion-executor-'));
  for (const name of ['workspace.json', '.toolchain']) symlinkSync(join(ROOT, name), join(it.root, name));
  copyFileSync(join(ROOT, 'libs/ion-abi/ion-abi.yaml'), join(it.root, OPTIONS.abi));
  it.context = { root: it.root } as ExecutorContext;
  it.said = [];
  const { error, log } = console;
  console.error = console.log = (text: string) => it.said.push(text);
  it.restore = () => Object.assign(console, { error, log });
});
test.after.each(({ root, restore }) => {
  restore();
  rmSync(root, { recursive: true, force: true });
});

test('the bindings are written and compiled', async ({ root, context, said }) => {
  assert.equal(await ionAbi(OPTIONS, context), { success: true }, said.join());
  assert.equal(readdirSync(join(root, 'dist/out')).sort(), ['ion-abi.json', 'ion-abi.ts', 'ion_abi.h', 'ion_abi.zig']);
  assert.equal(said, ['ion-abi.yaml: bindings for Zig, C and TypeScript; layout asserted by C and Zig']);
});

test('without Zig: one error that names it, nothing written', async ({ root, context, said }) => {
  rmSync(join(root, '.toolchain'));
  const path = process.env['PATH'];
  process.env['PATH'] = join(root, 'no-programs');
  const result = await ionAbi(OPTIONS, context).finally(() => (process.env['PATH'] = path));
  assert.equal(result, { success: false });
  assert.is(said.length, 1);
  assert.match(said[0] as string, /^error: the tool zig is missing\n/);
  assert.not(existsSync(join(root, 'dist/out')));
});

test('a refused description: one error with its place, nothing written', async ({ root, context, said }) => {
  const path = join(root, OPTIONS.abi);
  writeFileSync(path, readFileSync(path, 'utf8').replace('name: tag, type: u32, offset: 12', 'name: tag, type: u32, offset: 14'));
  assert.equal(await ionAbi(OPTIONS, context), { success: false });
  assert.is(said.length, 1);
  assert.match(said[0] as string, /^error: ion-abi\.yaml:\d+:\d+: descriptor\.tag is unaligned\n.*multiple of 4\n.*14/);
  assert.not(existsSync(join(root, 'dist/out')));
});

test.run();
