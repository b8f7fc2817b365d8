// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface Plain {
  quote(word: string): string;
  command(argv: readonly string[], env?: Readonly<Record<string, string>>): string;
  kernelScript(order: unknown): string[];
  moduleScript(order: unknown): string[];
  initramfsScript(order: unknown): string[];
  bundleScript(order: unknown): string[];
}

/** The benchmarks are ECMAScript modules, which a CommonJS test can only import at run time. */
const load = (): Promise<Plain> => (new Function('path', 'return import(path)') as (path: string) => Promise<Plain>)(`${__dirname}/plain.mjs`);

const sh = (...args: string[]) => execFileSync('sh', args, { encoding: 'utf8' });
const make = (args: readonly string[]) => ['--jobs=2', 'CROSS_COMPILE=/usr/bin/aarch64-linux-gnu-', ...args];

test('a word comes back from the shell as it was', async () => {
  const { quote } = await load();
  for (const word of ['plain', 'a b', "it's", '$(id)', '*.o', '', '"', 'x;y', '\\']) {
    assert.is(sh('-c', `printf '<%s>' ${quote(word)}`), `<${word}>`);
  }
});

test('a variable is set for its command alone', async () => {
  const { command } = await load();
  assert.is(sh('-c', `${command(['sh', '-c', 'printf "%s" "$V"'], { V: 'a b' })}; printf '|%s' "$V"`), 'a b|');
});

test('the kernel script parses, and has the steps in their order', async () => {
  const { kernelScript } = await load();
  const unpack = (folder: string) => [`--directory=${folder}`, '--exclude=*/arch/x86/*.[chS]'];
  const lines = kernelScript({ place: '/tmp/a b', fragments: ['/f/core.config'], unpack, make });
  sh('-n', '-c', lines.join('\n'));
  assert.equal(
    lines.map((line) => / (allnoconfig|olddefconfig|Image modules)$/.exec(line)?.[1] ?? line.split(' ')[0]),
    ['mkdir', 'XZ_OPT=--threads=0', 'cat', 'allnoconfig', 'olddefconfig', 'Image modules'],
  );
});

test('a module is built with the symbols of the others', async () => {
  const { moduleScript } = await load();
  const [line = '', ...more] = moduleScript({ tree: '/t', folder: '/m', include: '/i', symbols: ['/a', '/b'], make });
  assert.equal(more, []);
  assert.match(line, /^make -C \/t .* M=\/m 'KBUILD_EXTRA_SYMBOLS=\/a \/b' KCPPFLAGS=-I\/i modules$/);
});

test('an initramfs is compiled, packed by the kernel\'s tool, and compressed', async () => {
  const { initramfsScript } = await load();
  const lines = initramfsScript({ compile: ['gcc', '-o', '/p/init', 'a b.c'], cpioTool: '/o/gen_init_cpio', list: '/p/list', archive: '/p/a.cpio' });
  assert.equal(lines, ["gcc -o /p/init 'a b.c'", '/o/gen_init_cpio /p/list > /p/a.cpio', 'gzip --no-name --best /p/a.cpio']);
});

test('a bundle holds its sums first, and they are right', async () => {
  const { bundleScript } = await load();
  const folder = mkdtempSync(join(tmpdir(), 'nf-plain-'));
  for (const name of ['b.dtb', 'a image']) writeFileSync(join(folder, name), name);
  sh('-euc', bundleScript({ folder, sums: 'SUMS', members: ['b.dtb', 'a image'], archive: join(folder, 'all.cpio') }).join('\n'));
  assert.is(execFileSync('cpio', ['--list', '--quiet', '-F', join(folder, 'all.cpio')], { encoding: 'utf8' }), 'SUMS\nb.dtb\na image\n');
  execFileSync('sha512sum', ['--check', '--quiet', '--strict', 'SUMS'], { cwd: folder });
  rmSync(folder, { recursive: true });
});

test.run();
