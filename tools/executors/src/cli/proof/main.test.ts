// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bareGuest, withFolder } from '../../../../../libs/qemu/src/testing';
import { MODES } from './modes';

const ROOT = join(__dirname, '../../../../..');

/** Runs the command line in a folder. */
function run(cwd: string, ...args: string[]) {
  const hook = join(ROOT, 'tools/test/typescript-hook.cjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', hook, join(__dirname, 'main.ts'), ...args], { cwd, encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}` };
}

/** A workspace with the pins, a board and a default proof, but no firmware. */
function workspace(root: string): void {
  for (const folder of ['proofs', 'apps/qemu-virt', 'firmware/rumpk/zig-out/bin']) mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(join(ROOT, 'workspace.json'), join(root, 'workspace.json'));
  writeFileSync(join(root, 'apps/qemu-virt/board.yaml'), 'qemu: { machine: virt, options: { virtualization: on }, cpu: cortex-a72, cpus: 1, memory_mib: 64 }\n');
  writeFileSync(
    join(root, 'proofs/default-boot.proof.yaml'),
    `proof: default-boot
title: Default
claim: It works.
component: Default
project: rumpk
target: proof-default
boards: [qemu-virt]
artefacts: { firmware: 'qemu-virt:firmware/rumpk.img' }
machine: { kernel: firmware }
end: { marker: '^END$' }
checks:
  - { id: hello, title: says hello, expect: [{ line: '^hello$' }] }
mutants:
  - { id: other, does: says something else, rewrite: { artefact: firmware, find: hello, replace: HELLO }, kills: [hello] }
does_not_show: [anything else]
`,
  );
}
const firmware = (root: string, text: string) => writeFileSync(join(root, 'firmware/rumpk/zig-out/bin/rumpk.img'), bareGuest(text));

test('an unknown mode lists the modes and exits with 2', () => {
  for (const args of [['bogus'], ['test', 'more']]) {
    const { status, text } = run(ROOT, ...args);
    assert.is(status, 2);
    assert.match(text, `unknown mode: ${args.join(' ')}`);
    for (const { name } of MODES) assert.match(text, name);
  }
});

test('each mode is a proof of this workspace', () => {
  assert.equal(MODES.map(({ name, spec }) => [name, spec]), [
    ['test', 'proofs/default-boot.proof.yaml'],
    ['el2-staged-eret-attempt', 'proofs/el2-staged-eret.proof.yaml'],
  ]);
});

test('without firmware it says how to build it', () =>
  withFolder(async (root) => {
    workspace(root);
    for (const args of [['test'], []]) {
      const { status, text } = run(join(root, 'firmware/rumpk'), ...args);
      assert.is(status, 1);
      assert.match(text, /error: there is no firmware to boot\n[\s\S]*zig build -Darch=aarch64 --summary all/);
    }
  }));

test('a mode proves what zig build left, from a folder inside the workspace; the status is the verdict', () =>
  withFolder(async (root) => {
    workspace(root);
    firmware(root, 'hello\nEND\n');
    const good = run(join(root, 'firmware/rumpk'), 'test');
    assert.is(good.status, 0, good.text);
    assert.match(good.text, /=== Result: 1\/1 ===\n$/);
    firmware(root, 'HELLO\nEND\n');
    const bad = run(join(root, 'firmware/rumpk'), 'test');
    assert.is(bad.status, 1);
    assert.match(bad.text, /=== Result: 0\/1 ===\n\(this mode is for the firmware of: zig build -Darch=aarch64\)/);
  }));

test('without a mode the firmware boots at the terminal', () =>
  withFolder(async (root) => {
    workspace(root);
    firmware(root, 'hello\n');
    const { status, text } = run(join(root, 'firmware/rumpk'));
    assert.equal([status, text], [0, 'hello\n']);
  }));

test('outside a workspace it says so', () =>
  withFolder(async (folder) => {
    const { status, text } = run(folder, 'test');
    assert.is(status, 1);
    assert.match(text, /error: this is no workspace\n.*workspace\.json/);
  }));

test.run();
