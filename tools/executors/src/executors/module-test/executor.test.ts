// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { testModule } from '@nexus-forge/kbuild';
import { withReads } from '@nexus-forge/process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import moduleTest from './executor';

const FILES: Readonly<Record<string, string>> = {
  'm/ring/module.yaml': 'kernel: k\ntests:\n  programs: { ring_test: [ring.c, ../test/ring_test.c] }\n  include: [../test]\n  shim: ../test/shim.h\n  kernel_headers: [linux/types.h]\n',
  'm/ring/ring.c': '#include <linux/types.h>\n#include "ion_abi.h"\n#include "ring.h"\nint slot(int i) { static int slots[SLOTS]; return slots[i]; }\n',
  'm/ring/ring.h': 'int slot(int i);\n',
  'm/test/shim.h': '#include <stdio.h>\n#include <string.h>\n',
  'm/test/ring_test.c':
    '#include <linux/types.h>\n#include "ring.h"\nint main(int argc, char **argv)\n{\n' +
    '\tif (argc == 1) return !(puts("first slot") && puts("a last slot"));\n' +
    '\tif (!strcmp(argv[1], "first slot")) return slot(0);\n\treturn slot(LAST);\n}\n',
  'dist/ion_abi.h': '#define SLOTS 4\n',
};

const test = suite<{ root: string; said: string[]; restore: () => void; write: (path: string, text: string) => void }>('module-test executor');
test.before.each((it) => {
  it.root = mkdtempSync(join(tmpdir(), 'nf-module-test-'));
  it.said = [];
  it.write = (path, text) => {
    mkdirSync(dirname(join(it.root, path)), { recursive: true });
    writeFileSync(join(it.root, path), text);
  };
  for (const [path, text] of Object.entries(FILES)) it.write(path, text.replace('LAST', '3'));
  const { error, log } = console;
  console.error = console.log = (text: string) => void it.said.push(text);
  it.restore = () => Object.assign(console, { error, log });
});
test.after.each(({ root, restore }) => {
  restore();
  rmSync(root, { recursive: true, force: true });
});

const run = (root: string) =>
  moduleTest({ description: 'm/ring/module.yaml', headers: ['dist/ion_abi.h'], outputDirectory: 'dist/ring/test' }, { root } as ExecutorContext);

test('results by name, and what they were made of', async ({ root, said }) => {
  assert.equal(await run(root), { success: true }, said.join('\n'));
  const results = JSON.parse(readFileSync(join(root, 'dist/ring/test/results.json'), 'utf8')) as object;
  assert.equal(results, {
    description: 'm/ring/module.yaml',
    passed: 2,
    failed: 0,
    total: 2,
    tests: [
      { program: 'ring_test', name: 'first slot', result: 'passed' },
      { program: 'ring_test', name: 'a last slot', result: 'passed' },
    ],
  });
  assert.is(said.at(-1), 'm/ring/module.yaml: 2/2 tests passed');
});

async function readsOf(root: string): Promise<string[]> {
  const told: string[] = [];
  const order = { workspaceRoot: root, description: 'm/ring/module.yaml', headers: ['dist/ion_abi.h'], timeoutMs: 60_000 };
  await withReads((paths) => void told.push(...paths), async () => void (await testModule(order)));
  return told;
}

test('every source and header is told as read', async ({ root }) => {
  const told = await readsOf(root);
  for (const path of Object.keys(FILES)) assert.ok(told.includes(join(root, path)), path);
});

test('what only the assembler reads is told', async ({ root, write }) => {
  write('shared/expect.bin', 'expected');
  write('m/ring/ring.c', `${FILES['m/ring/ring.c']}asm(".section .rodata\\n.incbin \\"shared/expect.bin\\"\\n.previous");\n`);
  const told = await readsOf(root);
  assert.ok(told.includes(join(root, 'shared/expect.bin')), told.join('\n'));
  assert.not.ok(told.some((path) => path.endsWith('.s')));
});

const FAULTS: [title: string, path: string, text: (old: string) => string, expected: RegExp][] = [
  ['a test that fails', 'm/test/ring_test.c', (old) => old.replace('slot(0)', '1'), /1 of 2 tests failed: first slot/],
  ['a read beyond an array', 'm/test/ring_test.c', (old) => old.replace('LAST', '4'), /1 of 2 tests failed: a last slot[\s\S]*(out of bounds|global-buffer-overflow)/],
  ['a warning of the compiler', 'm/ring/ring.c', (old) => `${old}static int unused;\n`, /unused/],
  ['a header of the kernel that is not named', 'm/ring/ring.c', (old) => `#include <linux/gone.h>\n${old}`, /linux\/gone\.h/],
  ['no test', 'm/test/ring_test.c', () => 'int main(void) { return 0; }\n', /no test was run/],
  ['no tests in module.yaml', 'm/ring/module.yaml', () => 'kernel: k\n', /module\.yaml names no tests/],
  ['shims without a shim', 'm/ring/module.yaml', (old) => old.replace(/ {2}shim.*\n/, ''), /module\.yaml:\d+:\d+: tests/],
];
for (const [title, path, text, expected] of FAULTS) {
  test(`${title}: the target fails and leaves no results`, async ({ root, said, write }) => {
    write(path, text(FILES[path]!).replace('LAST', '3'));
    assert.equal(await run(root), { success: false });
    assert.match(said.join('\n'), expected);
    assert.not(existsSync(join(root, 'dist/ring/test')));
  });
}

test.run();
