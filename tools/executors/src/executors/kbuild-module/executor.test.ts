// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import kbuildModule, { type KbuildModuleOptions } from './executor';

/** What kbuild does to a module here: compiles it, lists what it exports, and gives it a .modinfo. */
const MAKEFILE = `
modules:
	$(CROSS_COMPILE)gcc $(KCPPFLAGS) -I$(M)/../other -c -o $(M)/mine.ko $(M)/mine.c
	@test -z "$(KBUILD_EXTRA_SYMBOLS)" || cat $(KBUILD_EXTRA_SYMBOLS) > /dev/null
	@printf '0x00000000\\tmine_call\\t$(M)/mine\\tEXPORT_SYMBOL_GPL\\t\\n' > $(M)/Module.symvers
	@grep -q WARN $(M)/mine.c && echo 'WARNING: modpost: "gone" [mine.ko] undefined!' >&2; true
`;
const SOURCE = `
#include "generated.h"
#include "other.h"
#define INFO(name, text) static const char name[] __attribute__((section(".modinfo"), used)) = text
INFO(a, "vermagic=" VERMAGIC);
INFO(b, "name=" NAME);
INFO(c, "license=GPL");
const char *place(void) { return __FILE__; }
`;
const OPTIONS: KbuildModuleOptions = {
  module: 'mine',
  source: 'modules/mine',
  buildTree: 'dist/build-tree.tar.gz',
  headers: ['dist/generated.h'],
  dependencies: [{ source: 'modules/other', symvers: 'dist/other/Module.symvers' }],
  outputDirectory: 'dist/mine',
  stateDirectory: 'state',
};

interface Case {
  root: string;
  said: string[];
  restore: () => void;
}

const test = suite<Case>('kbuild-module executor');
test.before.each((it) => {
  it.root = mkdtempSync(join(tmpdir(), 'nf-kbuild-module-'));
  it.said = [];
  const { error, log } = console;
  console.error = console.log = (text: string) => it.said.push(text);
  it.restore = () => Object.assign(console, { error, log });
  workspace(it.root);
});
test.after.each(({ root, restore }) => {
  restore();
  rmSync(root, { recursive: true, force: true });
});

function write(root: string, path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function workspace(root: string): void {
  write(root, 'tree/Makefile', MAKEFILE);
  write(root, 'tree/include/config/kernel.release', '6.1.0-test\n');
  mkdirSync(join(root, 'dist'));
  execFileSync('tar', ['--create', '--gzip', '--file=../dist/build-tree.tar.gz', 'Makefile', 'include'], { cwd: join(root, 'tree') });
  write(root, 'modules/mine/Kbuild', 'obj-m := mine.o\n');
  write(root, 'modules/mine/mine.c', SOURCE);
  write(root, 'modules/other/other.h', '#define NAME "mine"\n');
  write(root, 'dist/other/Module.symvers', '');
  write(root, 'dist/generated.h', '#define VERMAGIC "6.1.0-test SMP aarch64"\n');
}

const run = (root: string, more: Partial<KbuildModuleOptions> = {}) => kbuildModule({ ...OPTIONS, ...more }, { root } as ExecutorContext);
const outputs = (root: string) => (existsSync(join(root, 'dist/mine')) ? readdirSync(join(root, 'dist/mine')) : []);

test('the module is built, and nothing of the build is left', async ({ root, said }) => {
  assert.equal(await run(root), { success: true }, said.join('\n'));
  assert.equal(outputs(root), ['Module.symvers', 'mine.ko']);
  assert.is(readFileSync(join(root, 'dist/mine/Module.symvers'), 'utf8'), '0x00000000\tmine_call\tmine\tEXPORT_SYMBOL_GPL\t\n');
  assert.equal(readdirSync(join(root, 'modules/mine')), ['Kbuild', 'mine.c']);
  assert.equal(readdirSync(join(root, 'state')).filter((name) => name.startsWith('module-')), []);
});

test('it has the same bytes in any folder', async ({ root }) => {
  const other = mkdtempSync(join(tmpdir(), 'nf-kbuild-module-elsewhere-'));
  workspace(other);
  await run(root);
  await run(other);
  for (const name of outputs(root)) {
    assert.ok(readFileSync(join(root, 'dist/mine', name)).equals(readFileSync(join(other, 'dist/mine', name))), name);
  }
  rmSync(other, { recursive: true });
});

const REFUSED: [title: string, prepare: (root: string) => void, expected: RegExp][] = [
  ['a warning of modpost', (root) => write(root, 'modules/mine/mine.c', `${SOURCE}/* WARN */\n`), /^error: building mine gave warnings[\s\S]*"gone" \[mine\.ko\] undefined/],
  ['a warning of the compiler', (root) => write(root, 'modules/mine/mine.c', `${SOURCE}\nint f(void) { return g(); }\n`), /^error: building mine gave warnings[\s\S]*implicit declaration/],
  ['an error of the compiler', (root) => write(root, 'modules/mine/mine.c', '#error no luck\n'), /^error: make ended with status 2[\s\S]*no luck/],
  ['the vermagic of another kernel', (root) => write(root, 'dist/generated.h', '#define VERMAGIC "6.1.0-other SMP aarch64"\n'), /^error: mine\.ko is for another kernel[\s\S]*6\.1\.0-test[\s\S]*6\.1\.0-other/],
  ['another name', (root) => write(root, 'modules/other/other.h', '#define NAME "yours"\n'), /^error: mine\.ko does not say what it is[\s\S]*name yours/],
  ['a missing header', (root) => rmSync(join(root, 'dist/generated.h')), /^error: the module mine needs dist\/generated\.h, which is missing/],
  ['missing symbols of a dependency', (root) => rmSync(join(root, 'dist/other/Module.symvers')), /needs dist\/other\/Module\.symvers, which is missing/],
  ['a missing build tree', (root) => rmSync(join(root, 'dist/build-tree.tar.gz')), /^error: the kernel's build tree is missing/],
  ['a folder without Kbuild', (root) => rmSync(join(root, 'modules/mine/Kbuild')), /needs modules\/mine\/Kbuild, which is missing/],
];
for (const [title, prepare, expected] of REFUSED) {
  test(`${title} is refused and leaves no output`, async ({ root, said }) => {
    prepare(root);
    assert.equal(await run(root), { success: false });
    assert.match(said.at(-1) ?? '', expected);
    assert.equal(outputs(root), []);
  });
}

test('a build tree that somebody touched is unpacked again', async ({ root, said }) => {
  await run(root);
  const state = readdirSync(join(root, 'state')).find((name) => !name.includes('.'))!;
  write(root, `state/${state}/Makefile`, 'modules:\n\t@false\n');
  assert.equal(await run(root), { success: true });
  assert.match(said.join('\n'), /starting from nothing/);
});

test.run();
