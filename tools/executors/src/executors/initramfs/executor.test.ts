// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ExecutorContext } from '@nx/devkit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import initramfs, { type InitramfsOptions } from './executor';
import { compile, DESCRIPTION, TINY, write, writeTiny } from './testing/tiny';

const OPTIONS: InitramfsOptions = { ...TINY, outputDirectory: 'dist/out' };

interface Case {
  root: string;
  said: string[];
  restore: () => void;
}

const test = suite<Case>('initramfs executor');
test.before.each((it) => {
  it.root = mkdtempSync(join(tmpdir(), 'nf-initramfs-'));
  it.said = [];
  const { error, log } = console;
  console.error = console.log = (text: string) => it.said.push(text);
  it.restore = () => Object.assign(console, { error, log });
  writeTiny(it.root);
});
test.after.each(({ root, restore }) => {
  restore();
  rmSync(root, { recursive: true, force: true });
});

const run = (root: string, more: Partial<InitramfsOptions> = {}) => initramfs({ ...OPTIONS, ...more }, { root } as ExecutorContext);
const outputs = (root: string) => (existsSync(join(root, 'dist/out')) ? readdirSync(join(root, 'dist/out')) : []);
const archive = (root: string) => readFileSync(join(root, 'dist/out/initramfs.cpio.gz'));

test('the members are packed in order, with a fixed time', async ({ root, said }) => {
  assert.equal(await run(root), { success: true }, said.join('\n'));
  assert.equal(outputs(root), ['initramfs.cpio.gz']);
  const text = gunzipSync(archive(root)).toString('latin1');
  const lines = text.split('\n').filter((line) => /^(time|mtime|dir|nod|file) /.test(line));
  assert.equal(lines, [
    'time 1704067200',
    'dir /proc 755 0 0',
    'dir /dev 755 0 0',
    'nod /dev/console 600 0 0 c 5 1',
    'file /init 755 0 0',
    'mtime 1704067200',
    'dir /etc 755 0 0',
    'file /etc/modules 644 0 0',
    'mtime 1704067200',
    'dir /lib 755 0 0',
    'dir /lib/modules 755 0 0',
    'file /lib/modules/mine.ko 644 0 0',
    'mtime 1704067200',
    'file /etc/motd 644 0 0',
    'mtime 1704067200',
  ]);
  assert.match(text, /\nmine\n\ndir \/lib /);
});

test('it has the same bytes in any folder', async ({ root }) => {
  const other = mkdtempSync(join(tmpdir(), 'nf-initramfs-elsewhere-'));
  writeTiny(other);
  await run(root);
  await run(other);
  assert.ok(archive(root).equals(archive(other)));
  rmSync(other, { recursive: true });
});

const PROGRAM = 'state/init-tiny/init';
const CHANGES: [title: string, change: (root: string) => void, compiled: boolean][] = [
  ['nothing', () => {}, false],
  ['a module', (root) => execFileSync('aarch64-linux-gnu-gcc', ['-x', 'c', '-c', '-', '-o', join(root, 'dist/mine/mine.ko')], { input: 'int other;' }), false],
  ['a source', (root) => write(root, 'init/main.c', '#include "step.h"\nvoid _start(void) { for (;;) STEP; }\n/* more */\n'), true],
  ['a header, with an old time', (root) => (write(root, 'init/step.h', 'void _start(void);\n#define STEP (void)1\n'), utimesSync(join(root, 'init/step.h'), 1, 1)), true],
  ['a file beside the sources', (root) => write(root, 'init/stdint.h', ''), true],
  ['a file below them', (root) => write(root, 'init/sys/types.h', ''), true],
  ['the kept program itself', (root) => writeFileSync(join(root, PROGRAM), 'x'), true],
  ['a kept object', (root) => writeFileSync(join(root, 'state/init-tiny/0.o'), 'x'), true],
];
for (const [title, change, compiled] of CHANGES) {
  test(`/init is compiled again only when it must be: ${title}`, async ({ root, said }) => {
    write(root, 'init/step.h', 'void _start(void);\n#define STEP (void)0\n');
    write(root, 'init/main.c', '#include "step.h"\nvoid _start(void) { for (;;) STEP; }\n');
    await run(root);
    const before = statSync(join(root, PROGRAM)).mtimeMs;
    change(root);
    assert.equal(await run(root), { success: true }, said.join('\n'));
    assert.is(statSync(join(root, PROGRAM)).mtimeMs !== before, compiled);
  });
}

/** An /init of every kind of file; each holds one word, which is in the program. */
const SOURCES: Readonly<Record<string, string>> = {
  'init/initramfs.yaml': DESCRIPTION.replace('[main.c]', '[start.S, main.c, report.c, ../shared/text.c]'),
  'init/start.S': '#include "entry.inc"\n.globl _start\n_start: b main\n.globl blob\nblob: .incbin "init/blob.bin"\n.ascii "start.S-1"\n.section .note.GNU-stack,"",%progbits\n',
  'init/entry.inc': '.text\n.ascii "entry.inc-1"\n.balign 4\n',
  'init/blob.bin': 'blob.bin-1',
  'init/main.c': '#include "step.h"\n__attribute__((noreturn)) void main(void);\nvoid main(void) { for (;;) say("main.c-1", STEP); }\n',
  'init/step.h': 'void say(const char *a, const char *b);\nvoid text(const char *a, const char *b);\n#define STEP "step.h-1"\n',
  'init/report.c': '#include "step.h"\nvoid say(const char *a, const char *b) { text(a, b); text("report.c-1", a); }\n',
  'shared/text.c': '#include "text.h"\nvoid text(const char *a, const char *b) { sink = a; sink = b; sink = "text.c-1"; sink = TEXT; }\n',
  'shared/text.h': '#include "../init/step.h"\n#define TEXT "text.h-1"\nextern const char *volatile sink;\nconst char *volatile sink;\n',
};
const EDITED = Object.keys(SOURCES).filter((path) => !path.endsWith('.yaml'));
const AFTER: [title: string, touch: (path: string) => void][] = [
  ['', () => {}],
  [', with an old time', (path) => utimesSync(path, 1, 1)],
];
for (const [title, touch] of AFTER) {
  test(`an edit of each source and header is in the program${title}`, async ({ root, said }) => {
    for (const [name, content] of Object.entries(SOURCES)) write(root, name, content);
    const program = () => gunzipSync(archive(root)).toString('latin1');
    assert.equal(await run(root), { success: true }, said.join('\n'));
    for (const path of EDITED) {
      const word = (version: number) => `${path.slice(path.lastIndexOf('/') + 1)}-${version}`;
      assert.match(program(), word(1));
      write(root, path, SOURCES[path]!.replace(word(1), word(2)));
      touch(join(root, path));
      assert.equal(await run(root), { success: true }, said.join('\n'));
      assert.match(program(), word(2), path);
      assert.not.match(program(), word(1), path);
    }
  });
}

test('a file that /init asks for, outside of its folder, is seen to come and to go', async ({ root, said }) => {
  const asks = '#if __has_include("../shared/opt.h")\n#define WORD "it is there"\n#else\n#define WORD "it is gone"\n#endif\n';
  const rest = 'const char *volatile sink;\nvoid _start(void);\nvoid _start(void) { for (;;) sink = WORD; }\n';
  write(root, 'init/main.c', asks + rest);
  write(root, 'shared/other.h', '');
  for (const isThere of [false, true, false]) {
    if (isThere) write(root, 'shared/opt.h', '');
    else rmSync(join(root, 'shared/opt.h'), { force: true });
    assert.equal(await run(root), { success: true }, said.join('\n'));
    assert.match(gunzipSync(archive(root)).toString('latin1'), isThere ? 'it is there' : 'it is gone');
  }
});

test('in a workspace whose path make cannot take it has the same bytes', async ({ root, said }) => {
  const cache = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = join(root, 'cache');
  const other = mkdtempSync(join(tmpdir(), "nf a&b $c: #d'-"));
  try {
    writeTiny(other);
    await run(root);
    assert.equal(await run(other), { success: true }, said.join('\n'));
    assert.ok(archive(root).equals(archive(other)));
    assert.not(existsSync(join(other, 'state')));
  } finally {
    if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = cache;
    rmSync(other, { recursive: true });
  }
});

const REFUSED: [title: string, prepare: (root: string) => void, expected: RegExp][] = [
  ['a missing module', (root) => rmSync(join(root, 'dist/mine/mine.ko')), /^error: the member mine\.ko is missing[\s\S]*run the target that makes dist\/mine\/mine\.ko/],
  ['a module of another architecture', (root) => compile(root, 'gcc', 'dist/mine/mine.ko'), /^error: the member mine\.ko is no kernel module for this kernel/],
  ['a module that is none', (root) => write(root, 'dist/mine/mine.ko', 'text'), /^error: the member mine\.ko is no kernel module/],
  ['a missing source', (root) => rmSync(join(root, 'init/main.c')), /^error: init\/initramfs\.yaml:3:\d+: the source init\/main\.c is missing/],
  ['a missing file', (root) => rmSync(join(root, 'init/motd')), /^error: init\/initramfs\.yaml:7:\d+: the member init\/motd is missing/],
  ['a warning of the compiler', (root) => write(root, 'init/main.c', 'void _start(void) { int x; for (;;); }\n'), /^error: \S+gcc ended with status 1[\s\S]*unused variable/],
  ['an /init that needs a library', (root) => write(root, 'init/main.c', 'int puts(const char *);\nvoid _start(void);\nvoid _start(void) { puts("x"); }\n'), /undefined reference to .puts/],
  ['a relative path in the archive', (root) => write(root, 'init/initramfs.yaml', DESCRIPTION.replace('[/proc]', '[proc]')), /^error: init\/initramfs\.yaml:5:\d+: directories\.0 has the wrong form/],
];
for (const [title, prepare, expected] of REFUSED) {
  test(`${title} is refused and leaves no output`, async ({ root, said }) => {
    prepare(root);
    assert.equal(await run(root), { success: false });
    assert.match(said.at(-1) ?? '', expected);
    assert.equal(outputs(root), []);
  });
}

test('other modules than the description names are refused', async ({ root, said }) => {
  assert.equal(await run(root, { modules: [] }), { success: false });
  assert.match(said[0] ?? '', /^error: init\/initramfs\.yaml:4:1: .*do not name the same modules\n.*mine\n.*none/);
});

test.run();
