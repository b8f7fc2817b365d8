// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { buildModule } from '@nexus-forge/kbuild';
import { withReads } from '@nexus-forge/process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import kbuildModule, { type KbuildModuleOptions } from './executor';

/**
 * What kbuild does to a module here: compiles it when it must, notes what the preprocessor read, lists what it exports,
 * and gives it a .modinfo.
 */
const MAKEFILE = `
modules: $(M)/mine.ko
$(M)/mine.ko: $(M)/mine.c $(M)/../other/other.h $(M)/../../../include/generated.h
	@echo compiled >> $(M)/log
	$(CROSS_COMPILE)gcc $(KCPPFLAGS) -I$(M)/../other -Wa,-I$(M) $(CFLAGS_MODULE) -c -o $(M)/mine.ko $(M)/mine.c
	@printf 'source_x := %s\\n\\ndeps_x := \\\\\\n' $(M)/mine.c > $(M)/.mine.ko.cmd
	@printf '  %s \\\\\\n' $(filter %.h,$^) >> $(M)/.mine.ko.cmd
modules:
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
  modules: ['mine'],
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
  packTree(root);
  write(root, 'modules/mine/Kbuild', 'obj-m := mine.o\n');
  write(root, 'modules/mine/mine.c', SOURCE);
  write(root, 'modules/mine/unused.h', '');
  write(root, 'modules/other/other.h', '#define NAME "mine"\n');
  write(root, 'dist/other/Module.symvers', '');
  write(root, 'dist/generated.h', '#define VERMAGIC "6.1.0-test SMP aarch64"\n');
}

const packTree = (root: string) =>
  execFileSync('tar', ['--create', '--gzip', '--file=../dist/build-tree.tar.gz', 'Makefile', 'include'], { cwd: join(root, 'tree') });
const run = (root: string, more: Partial<KbuildModuleOptions> = {}) => kbuildModule({ ...OPTIONS, ...more }, { root } as ExecutorContext);
const outputs = (root: string) => (existsSync(join(root, 'dist/mine')) ? readdirSync(join(root, 'dist/mine')) : []);

test('the module is built, and nothing of it lies among its sources', async ({ root, said }) => {
  assert.equal(await run(root), { success: true }, said.join('\n'));
  assert.equal(outputs(root), ['Module.symvers', 'mine.ko']);
  assert.is(readFileSync(join(root, 'dist/mine/Module.symvers'), 'utf8'), '0x00000000\tmine_call\tmine\tEXPORT_SYMBOL_GPL\t\n');
  assert.equal(readdirSync(join(root, 'modules/mine')), ['Kbuild', 'mine.c', 'unused.h']);
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

test('in a workspace whose path make cannot take it has the same bytes', async ({ root, said }) => {
  const cache = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = join(root, 'cache');
  const other = mkdtempSync(join(tmpdir(), "nf a&b $c: #d'-"));
  try {
    workspace(other);
    await run(root);
    assert.equal(await run(other), { success: true }, said.join('\n'));
    for (const name of outputs(root)) assert.ok(readFileSync(join(root, 'dist/mine', name)).equals(readFileSync(join(other, 'dist/mine', name))), name);
    assert.not(existsSync(join(other, 'state')));
  } finally {
    if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = cache;
    rmSync(other, { recursive: true });
  }
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
  ['a module.yaml with an unknown key', (root) => write(root, 'modules/mine/module.yaml', 'kernel: linux\nkernels: linux\n'), /^error: modules\/mine\/module\.yaml:2:1: unknown key kernels/],
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

/** Where modules are built, below the workspace: a folder for each kernel. */
const builds = (root: string) =>
  readdirSync(join(root, 'state')).filter((name) => /^module-mine-[0-9a-f]{8}$/.test(name)).map((name) => `state/${name}/source/modules/mine`);
const build = (root: string) => builds(root).join();
/** How often the objects that are kept now have been compiled, for each kernel. */
const compiled = (root: string) => builds(root).map((folder) => readFileSync(join(root, folder, 'log'), 'utf8').match(/compiled/g)!.length);
const compilations = (root: string) => compiled(root).reduce((sum, count) => sum + count, 0);

const EDITS: [title: string, edit: (root: string) => void, expected: number][] = [
  ['nothing', () => {}, 1],
  ['a file written again with the same text', (root) => write(root, 'modules/mine/mine.c', SOURCE), 1],
  ['a source', (root) => write(root, 'modules/mine/mine.c', `${SOURCE}\n/* more */\n`), 2],
  ['a header of a dependency', (root) => write(root, 'modules/other/other.h', '#define NAME "mine" /* more */\n'), 2],
  ['a generated header with an old time', (root) => (write(root, 'dist/generated.h', '#define VERMAGIC "6.1.0-test SMP aarch64 more"\n'), utimesSync(join(root, 'dist/generated.h'), 1, 1)), 2],
];
for (const [title, edit, expected] of EDITS) {
  test(`a second build compiles what changed: ${title}`, async ({ root, said }) => {
    await run(root);
    edit(root);
    assert.equal(await run(root), { success: true }, said.join('\n'));
    assert.is(compilations(root), expected);
    assert.not.match(said.join('\n'), 'starting from nothing');
  });
}

test('what a make by hand has left among the sources is not taken for one', async ({ root, said }) => {
  for (const name of ['mine.o', 'mine.ko', 'mine.mod', 'mine.mod.c', '.mine.o.cmd', 'modules.order', 'Module.symvers', 'sub/mine.o']) {
    write(root, `modules/mine/${name}`, 'left over');
  }
  assert.equal(await run(root), { success: true }, said.join('\n'));
  assert.is(compilations(root), 1);
  const made = ['.mine.ko.as.d', '.mine.ko.cmd', 'Module.symvers', 'log', 'mine.ko'];
  assert.equal(readdirSync(join(root, build(root))).sort(), [...made, 'Kbuild', 'mine.c', 'unused.h'].sort());
});

test('a hidden header of its own is a source', async ({ root, said }) => {
  write(root, 'modules/mine/.cfg.h', '');
  write(root, 'modules/mine/mine.c', `#include ".cfg.h"\n${SOURCE}`);
  assert.equal(await run(root), { success: true }, said.join('\n'));
});

const module = (root: string) => readFileSync(join(root, 'dist/mine/mine.ko'), 'latin1');
const INCBIN = `asm(".section .rodata\\n.incbin \\"table.bin\\"\\n.previous");`;

test('what only the assembler reads: an edit is seen, and only then is anything compiled', async ({ root, said }) => {
  write(root, 'modules/mine/mine.c', `${SOURCE}${INCBIN}`);
  for (const [text, count] of [['FIRSTFIRST', 1], ['SECONDSECO', 2], ['SECONDSECO', 2]] as const) {
    write(root, 'modules/mine/table.bin', text);
    assert.equal(await run(root), { success: true }, said.join('\n'));
    assert.match(module(root), text);
    assert.is(compilations(root), count);
  }
});

test('what the assembler reads is told', async ({ root, said }) => {
  write(root, 'shared/table.bin', 'FIRSTFIRST');
  write(root, 'modules/mine/mine.c', `${SOURCE}${INCBIN.replace('table', join(root, 'shared/table'))}`);
  const order = { ...OPTIONS, headers: OPTIONS.headers!, dependencies: OPTIONS.dependencies!, stateDirectory: 'state' };
  const told: string[] = [];
  const build = () => buildModule({ ...order, workspaceRoot: root, timeoutMs: 60_000, report: () => {} });
  await withReads((paths) => void told.push(...paths), build);
  assert.ok(told.includes(join(root, 'shared/table.bin')), told.join('\n'));
  assert.not.ok(told.some((path) => path.endsWith('.s')));
});

const NO_LIST_NAMES: [title: string, path: string, text: string][] = [
  ['a Kbuild', 'modules/mine/Kbuild', 'obj-m := mine.o # more\n'],
  ['the symbols of another module', 'dist/other/Module.symvers', '0x00000000\tother\tother\tEXPORT_SYMBOL\t\n'],
  ['a table that a rule may read', 'modules/mine/table.txt', 'two'],
];
for (const [title, path, text] of NO_LIST_NAMES) {
  test(`no object is used again when a file has changed that no list names: ${title}`, async ({ root, said }) => {
    write(root, 'modules/mine/table.txt', 'one');
    await run(root);
    const madeAt = () => statSync(join(root, build(root), 'mine.ko')).mtimeMs;
    const first = madeAt();
    assert.equal(await run(root), { success: true });
    assert.is(madeAt(), first);
    write(root, path, text);
    assert.equal(await run(root), { success: true }, said.join('\n'));
    assert.not.equal(madeAt(), first);
    assert.not.match(said.join('\n'), 'the kept state');
  });
}

const OTHER_STATE: [title: string, edit: (root: string) => void, expected: RegExp][] = [
  ['another file among the sources', (root) => write(root, 'modules/mine/more.h', ''), /was made with other tools or inputs/],
  ['a file less among the sources', (root) => rmSync(join(root, 'modules/mine/unused.h')), /was made with other tools or inputs/],
  ['another kernel', (root) => (write(root, 'tree/include/more.h', ''), packTree(root)), /was made with other tools or inputs/],
  ['an object that somebody touched', (root) => write(root, `${build(root)}/mine.ko`, ''), /is damaged or unfinished/],
];
for (const [title, edit, expected] of OTHER_STATE) {
  test(`objects are thrown away: ${title}`, async ({ root, said }) => {
    await run(root);
    edit(root);
    assert.equal(await run(root), { success: true }, said.join('\n'));
    assert.match(said.join('\n'), expected);
    assert.is(compilations(root), 1);
  });
}

/** A second kernel, and what is generated for it. */
const SECOND = { buildTree: 'dist/second/build-tree.tar.gz', headers: ['dist/second/generated.h'], outputDirectory: 'dist/mine-second' };
function secondKernel(root: string): void {
  write(root, 'second/Makefile', MAKEFILE);
  write(root, 'second/include/config/kernel.release', '6.1.0-second\n');
  mkdirSync(join(root, 'dist/second'));
  execFileSync('tar', ['--create', '--gzip', '--file=../dist/second/build-tree.tar.gz', 'Makefile', 'include'], { cwd: join(root, 'second') });
  write(root, 'dist/second/generated.h', '#define VERMAGIC "6.1.0-second SMP aarch64"\n');
}

test('for two kernels, one after the other and both at once: each has its own outputs, and objects that the other leaves alone', async ({ root, said }) => {
  secondKernel(root);
  assert.equal([await run(root), await run(root, SECOND)], [{ success: true }, { success: true }], said.join('\n'));
  const vermagic = (folder: string) => /6\.1\.0-\w+/.exec(readFileSync(join(root, folder, 'mine.ko'), 'latin1'))?.[0];
  assert.equal(['dist/mine', 'dist/mine-second'].map(vermagic), ['6.1.0-test', '6.1.0-second']);
  assert.equal(await Promise.all([run(root), run(root, SECOND)]), [{ success: true }, { success: true }], said.join('\n'));
  assert.equal(compiled(root), [1, 1]);
  assert.not.match(said.join('\n'), /waiting|starting from nothing/);
});

test('what was refused for a warning is refused again', async ({ root, said }) => {
  write(root, 'modules/mine/mine.c', `${SOURCE}\nint f(void) { return g(); }\n`);
  for (const time of ['first', 'second']) {
    assert.equal(await run(root), { success: false }, time);
    assert.match(said.at(-1) ?? '', /implicit declaration/, time);
  }
});

test('a build tree that somebody touched is unpacked again', async ({ root, said }) => {
  await run(root);
  const state = readdirSync(join(root, 'state')).find((name) => !name.includes('.'))!;
  write(root, `state/${state}/Makefile`, 'modules:\n\t@false\n');
  assert.equal(await run(root), { success: true });
  assert.match(said.join('\n'), /starting from nothing/);
});

test.run();
