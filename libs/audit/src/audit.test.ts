// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareAccesses, type TracedPlace } from './compare';
import { declaredInputs } from './declared';
import { StraceReader, readStrace, traceCommand, type FileAccess } from './strace';
import { undeclaredTools } from './tools';

const LOG = `
101 execve("/usr/bin/cc", ["cc"], 0x7ffd /* 9 vars */) = 0
101 openat(AT_FDCWD</w>, "a.c", O_RDONLY|O_NOCTTY) = 3</w/a.c>
101 openat(AT_FDCWD</w>, "missing.h", O_RDONLY) = -1 ENOENT (No such file or directory)
101 openat(AT_FDCWD</w>, "dir", O_RDONLY|O_DIRECTORY|O_CLOEXEC) = 4</w/dir>
102 openat(AT_FDCWD</w>, "b.h", O_RDONLY|O_CLOEXEC <unfinished ...>
101 openat(AT_FDCWD</w>, "a.o", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 5</w/a.o>
102 <... openat resumed>) = 3</w/b.h>
`;

function parseStrace(log: string): FileAccess[] {
  const reader = new StraceReader();
  for (const line of log.split('\n')) reader.add(line);
  return reader.accesses;
}

test('a log gives what was opened and executed, not what failed', () => {
  assert.equal(parseStrace(LOG), [
    { path: '/usr/bin/cc', kind: 'execute' },
    { path: '/w/a.c', kind: 'read' },
    { path: '/w/a.o', kind: 'write' },
    { path: '/w/b.h', kind: 'read' },
  ]);
});

const EXECUTIONS: [title: string, log: string, paths: string[]][] = [
  ['an execution that another process interrupted', '101 execve("/w/x", ["x"], 0x7f /* 9 vars */ <unfinished ...>\n102 openat(AT_FDCWD</w>, "n", O_RDONLY) = -1 ENOENT (No such file)\n101 <... execve resumed>) = 0', ['/w/x']],
  ['one that failed', '101 execve("/w/x", ["x"], 0x7f /* 9 vars */ <unfinished ...>\n101 <... execve resumed>) = -1 ENOENT (No such file or directory)\n101 execve("/w/y", ["y"], 0x7f /* 9 vars */) = -1 EACCES (Permission denied)', []],
  ['a relative path, in the folder of an earlier call', '101 openat(AT_FDCWD</w/a>, "n", O_RDONLY) = -1 ENOENT (No such file)\n101 execve("../x", ["x"], 0x7f /* 9 vars */) = 0', ['/w/x']],
  ['a relative path, in a folder that only a later call shows', '101 execve("./x", ["x"], 0x7f /* 9 vars */) = 0\n101 openat(AT_FDCWD</w>, "/etc/ld.so.cache", O_RDONLY) = 3</etc/ld.so.cache>', ['/w/x']],
  ['in the folder of the parent', '101 chdir("/w") = 0\n101 vfork() = 102\n102 execve("./x", ["x"], 0x7f /* 9 vars */) = 0', ['/w/x']],
  ['in the folder of the parent, which the log tells later', '101 chdir("/w") = 0\n101 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>\n102 execve("./x", ["x"], 0x7f /* 9 vars */) = 0\n101 <... clone resumed>) = 102', ['/w/x']],
  ['in a folder that was changed to', '101 chdir("/w") = 0\n101 chdir("a") = 0\n101 execve("./x", ["x"], 0x7f /* 9 vars */) = 0\n101 fchdir(3</w/b>) = 0\n101 execve("./y", ["y"], 0x7f /* 9 vars */) = 0', ['/w/a/x', '/w/b/y']],
  ['by a thread, which takes the number of its process', '101 chdir("/w") = 0\n102 execve("./x", ["x"], 0x7f /* 9 vars */ <pid changed to 101 ...>', ['/w/x']],
  ['by a process that has the number of one that ended', '102 chdir("/other") = 0\n102 +++ exited with 0 +++\n101 chdir("/w") = 0\n101 vfork() = 102\n102 execve("./x", ["x"], 0x7f /* 9 vars */) = 0', ['/w/x']],
];
for (const [title, log, paths] of EXECUTIONS) {
  test(`executed: ${title}`, () => {
    const executed = parseStrace(log).filter(({ kind }) => kind === 'execute');
    assert.equal(executed.map(({ path }) => path), paths);
  });
}

const PLACE: TracedPlace = { root: '/w', ignored: [], original: '/original', shared: ['node_modules/**'] };

test('an undeclared read and an unread group are told', () => {
  const result = compareAccesses(parseStrace(LOG), { files: ['a.c', 'c/x.c'], groups: ['*.c', 'c/**/*'] }, PLACE);
  assert.equal(result, { undeclared: ['b.h'], unread: ['c/**/*'], read: 1 });
});

test('places that hold no inputs and own outputs do not count', () => {
  const accesses = parseStrace(`${LOG}103 openat(AT_FDCWD</w>, "a.o", O_RDONLY) = 3</w/a.o>\n`);
  const result = compareAccesses(accesses, { files: ['a.c'], groups: ['*.c'] }, { ...PLACE, ignored: ['*.h'] });
  assert.equal(result, { undeclared: [], unread: [], read: 1 });
});

test('what is read in the workspace that was copied is undeclared, but for what both share', () => {
  const read = (path: string): FileAccess => ({ path, kind: 'read' });
  const accesses = ['/original/a.c', '/original/node_modules/x.js', '/originally/else', '/w/a.c'].map(read);
  const result = compareAccesses(accesses, { files: ['a.c'], groups: ['*.c'] }, PLACE);
  assert.equal(result, { undeclared: ['/original/a.c'], unread: [], read: 1 });
});

test('a copy may lie in the workspace', () => {
  const result = compareAccesses([{ path: '/w/tmp/copy/a.c', kind: 'read' }], { files: ['a.c'], groups: [] }, { ...PLACE, root: '/w/tmp/copy', original: '/w' });
  assert.equal(result, { undeclared: [], unread: [], read: 1 });
});

const LINKS: Readonly<Record<string, string>> = { '/bin/cc': '/bin/gcc-12', '/bin/gcc': '/bin/gcc-12' };
const PROGRAMS = new Map([
  ['/bin/gcc-12', ['host-gcc']],
  ['/src.tar', ['source']],
  ['/bin/box', ['one', 'other']],
]);
const TOOL_USES: [title: string, accesses: FileAccess[], declared: string[], expected: string[]][] = [
  ['a declared one', [{ path: '/bin/gcc', kind: 'execute' }], ['host-gcc'], []],
  ['one under another name', [{ path: '/bin/cc', kind: 'execute' }], ['source'], ['/bin/cc']],
  ['a file that is a tool, read twice', [{ path: '/src.tar', kind: 'read' }, { path: '/src.tar', kind: 'read' }], [], ['/src.tar']],
  ['a file that was written to', [{ path: '/src.tar', kind: 'write' }], [], []],
  ['a program that nobody identifies', [{ path: '/bin/cat', kind: 'execute' }], [], []],
  ['one of several names of a file', [{ path: '/bin/box', kind: 'execute' }], ['other'], []],
];
for (const [title, accesses, declared, expected] of TOOL_USES) {
  test(`tools that are used without being declared: ${title}`, () => {
    const uses = undeclaredTools(accesses, new Set(declared), (path) => LINKS[path] ?? path, PROGRAMS);
    assert.equal(uses.map(({ path }) => path), expected);
  });
}

test('what a real process tree reads is seen', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nf-audit-'));
  try {
    writeFileSync(join(folder, 'input'), 'x');
    const log = join(folder, 'log');
    await traceCommand(['/bin/sh', '-c', `cat input > output`], log, { cwd: folder, timeoutMs: 10_000 });
    const own = (await readStrace(log)).filter(({ path }) => path.startsWith(folder));
    assert.equal(own.map(({ path, kind }) => [path.slice(folder.length + 1), kind]), [['output', 'write'], ['input', 'read']]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('many processes at once: what each reads and executes is seen', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nf-audit-'));
  try {
    const names = Array.from({ length: 40 }, (_, index) => `in/${index}`);
    mkdirSync(join(folder, 'in'));
    for (const name of names) writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(folder, 'data'), '');
    const log = join(folder, 'log');
    const script = 'cd in; for i in *; do (./$i; cat ../data $i >/dev/null) & done; wait';
    await traceCommand(['/bin/sh', '-c', script], log, { cwd: folder, timeoutMs: 60_000 });
    const own = (await readStrace(log)).filter(({ path }) => path.startsWith(folder));
    const paths = (wanted: string) => own.filter(({ kind }) => kind === wanted).map(({ path }) => path.slice(folder.length + 1)).sort();
    assert.equal(paths('execute'), [...names].sort());
    assert.equal(paths('read'), [...names, 'data'].sort());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('declared groups come from the inputs of a target', () => {
  const inputs = [
    '{projectRoot}/**/*.zig',
    { fileset: '{workspaceRoot}/tools/dist/x.js', includeIgnored: true },
    { externalDependencies: ['toolchain:zig'] },
    { dependentTasksOutputFiles: '**/*.ko', transitive: true },
    { env: 'X' },
    '!{projectRoot}/**/*.md',
  ];
  const declared = declaredInputs(inputs, 'firmware/el2', ['firmware/el2/a.zig'], ['dist/nexus_ion/module/nexus_ion.ko']);
  assert.equal(declared.groups, ['firmware/el2/**/*.zig', 'tools/dist/x.js', '**/*.ko']);
  assert.equal(declared.files, ['firmware/el2/a.zig', 'dist/nexus_ion/module/nexus_ion.ko']);
});

test.run();
