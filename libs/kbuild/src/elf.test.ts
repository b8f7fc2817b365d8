// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { requireElf } from './elf';

const test = suite<{ root: string }>('ELF members');
test.before.each((it) => {
  it.root = mkdtempSync(join(tmpdir(), 'nf-elf-'));
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

const CROSS = 'aarch64-linux-gnu-gcc';
const COMPILE = ['-x', 'c', '-', '-nostdlib', '-ffreestanding'];
const compile = (compiler: string, args: readonly string[], output: string) =>
  execFileSync(compiler, [...COMPILE, ...args, '-o', output], { input: 'void _start(void) { for (;;); }' });
const verdict = (root: string, path: string, type: 'REL' | 'EXEC') =>
  requireElf(root, path, type, 'the member x', 'make it again').then(() => 'taken', (error: Error) => error.message);

const CASES: [title: string, compiler: string, args: string[], type: 'REL' | 'EXEC', expected: RegExp][] = [
  ['a static program', CROSS, ['-static', '-no-pie'], 'EXEC', /^taken$/],
  ['a relocatable object', CROSS, ['-c'], 'REL', /^taken$/],
  ['a program where a module should be', CROSS, ['-static', '-no-pie'], 'REL', /is no kernel module[\s\S]*found: +machine AArch64, type EXEC/],
  ['a program of another architecture', 'gcc', ['-static', '-no-pie'], 'EXEC', /is no static program[\s\S]*found: +machine (?!AArch64)\S+/],
  ['a position-independent program', CROSS, ['-pie'], 'EXEC', /type DYN, linked dynamically/],
];
for (const [title, compiler, args, type, expected] of CASES) {
  test(title, async ({ root }) => {
    const path = join(root, 'x');
    compile(compiler, args, path);
    assert.match(await verdict(root, path, type), expected);
  });
}

test('a file that is no ELF file', async ({ root }) => {
  writeFileSync(join(root, 'x'), 'hello');
  assert.match(await verdict(root, join(root, 'x'), 'REL'), /is no kernel module[\s\S]*found: +readelf: Error/);
});

test('a missing file says what to do', async ({ root }) => {
  assert.match(await verdict(root, join(root, 'x'), 'REL'), /the member x is missing[\s\S]*make it again/);
});

test.run();
