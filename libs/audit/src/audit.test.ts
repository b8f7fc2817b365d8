// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareAccesses, type TracedPlace } from './compare';
import { declaredInputs } from './declared';
import { StraceReader, readStrace, traceCommand, type FileAccess } from './strace';
import { attributeOutside, SEVERAL, type KnownFiles, type OutsideFiles } from './outside';

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
    { path: '/usr/bin/cc', kind: 'execute', runtime: true },
    { path: '/w/a.c', kind: 'read', runtime: true },
    { path: '/w/a.o', kind: 'write', runtime: true },
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

test('a place where a file is looked for and is not is no unread group; one that is there, and a glob, is', () => {
  const groups = ['opt.h', '{x/opt.h,y/opt.h}', 'c/x.c', 'd/*.h'];
  const { unread } = compareAccesses(parseStrace(LOG), { files: ['a.c', 'c/x.c'], groups }, PLACE);
  assert.equal(unread, ['c/x.c', 'd/*.h']);
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

const READ = (path: string): string => `7 openat(AT_FDCWD</w>, "${path}", O_RDONLY) = 3<${path}>`;
const RUNTIME: [title: string, log: string[], runtime: string[]][] = [
  ['the process that was traced', ['1 execve("/bin/node", ["node"], 0x7f) = 0', READ('/a').replace(/^7/, '1')], ['/bin/node', '/a']],
  ['its thread', ['1 execve("/bin/node", ["node"], 0x7f) = 0', '1 clone3({flags=CLONE_THREAD} => {parent_tid=[7]}, 88) = 7', READ('/a')], ['/bin/node', '/a']],
  ['its thread, of which the log tells later', ['1 execve("/bin/node", ["node"], 0x7f) = 0', READ('/a'), '1 clone3({flags=CLONE_THREAD} => {parent_tid=[7]}, 88) = 7'], ['/bin/node', '/a']],
  ['no tool', ['1 execve("/bin/node", ["node"], 0x7f) = 0', '1 vfork() = 7', '7 execve("/bin/cc", ["cc"], 0x7f) = 0', READ('/a')], ['/bin/node']],
  ['no tool, of whose beginning the log tells later', ['1 execve("/bin/node", ["node"], 0x7f) = 0', '7 execve("/bin/cc", ["cc"], 0x7f) = 0', READ('/a'), '1 vfork() = 7'], ['/bin/node']],
  ['what it starts for itself, with its children', ['1 execve("/bin/node", ["node"], 0x7f) = 0', '1 vfork() = 6', '6 execve("/bin/sh", ["sh", "-c", "guard"], 0x7f) = 0', '6 fork() = 7', READ('/a')], ['/bin/node', '/bin/sh', '/a']],
  ['not what a tool reads as well', ['1 execve("/bin/node", ["node"], 0x7f) = 0', READ('/a').replace(/^7/, '1'), '1 vfork() = 7', '7 execve("/bin/cc", ["cc"], 0x7f) = 0', READ('/a')], ['/bin/node']],
];
for (const [title, log, expected] of RUNTIME) {
  test(`the traced program's own: ${title}`, () => {
    const reader = new StraceReader((execution) => execution.includes('"guard"'));
    for (const line of log) reader.add(line);
    assert.equal(reader.accesses.filter(({ runtime }) => runtime).map(({ path }) => path), expected);
  });
}

test('a file that is made or emptied as it is opened was not read', () => {
  const flags = ['O_RDWR|O_CREAT|O_EXCL', 'O_RDWR|O_CREAT|O_TRUNC', 'O_RDWR|O_CREAT'];
  const log = flags.map((flag, index) => `1 openat(AT_FDCWD</w>, "x", ${flag}, 0600) = 3</w/${index}>`).join('\n');
  assert.equal(parseStrace(log).map(({ kind }) => kind), ['write', 'write', 'read']);
});

const LINKS: Readonly<Record<string, string>> = { '/bin/cc': '/bin/gcc-12', '/lib/libc.so.6': '/usr/lib/libc.so.6' };
const OWNED: Readonly<Record<string, string[]>> = {
  '/bin/gcc-12': ['host-gcc'],
  '/usr/lib/libc.so.6': ['host-gcc', 'make'],
  '/bin/make': ['make'],
  '/py/a.py': ['schema'],
  '/original/.toolchain/zig/zig': ['zig'],
};
const KNOWN: KnownFiles = {
  root: '/w',
  original: '/original',
  scratch: '/scratch',
  declared: new Set(['host-gcc', 'make', 'schema', 'zig']),
  toolsOf: (path) => OWNED[path] ?? [],
  isRuntimeFile: (path) => path === '/usr/lib/node.so',
  realPath: (path) => LINKS[path] ?? path,
};
const OUTSIDE: [title: string, access: FileAccess, expected: Partial<OutsideFiles>][] = [
  ['a program, by the file that it comes down to', { path: '/bin/cc', kind: 'execute' }, { byTool: { 'host-gcc': 1 } }],
  ['what several tools need', { path: '/lib/libc.so.6', kind: 'read' }, { byTool: { [SEVERAL]: 1 } }],
  ['what Python compiled counts as its text', { path: '/py/__pycache__/a.cpython-311.opt-1.pyc', kind: 'read' }, { byTool: { schema: 1 } }],
  ['what says nothing of a result', { path: '/proc/1/stat', kind: 'read' }, { noInput: 1 }],
  ['what the stage wrote', { path: '/elsewhere/x', kind: 'write' }, {}],
  ['a scratch file', { path: '/scratch/x', kind: 'read' }, {}],
  ['a file of the workspace', { path: '/w/x', kind: 'read' }, {}],
  ['a file of the workspace that was copied', { path: '/original/x', kind: 'read' }, {}],
  ['a tool in it', { path: '/original/.toolchain/zig/zig', kind: 'execute' }, { byTool: { zig: 1 } }],
  ['a stranger in its tools', { path: '/original/.toolchain/other', kind: 'read' }, { undeclared: [{ path: '/original/.toolchain/other', tools: [] }] }],
  ['a file that nobody identifies', { path: '/usr/include/x.h', kind: 'read' }, { undeclared: [{ path: '/usr/include/x.h', tools: [] }] }],
  ['what the executor itself is made of', { path: '/usr/lib/node.so', kind: 'read', runtime: true }, { noInput: 1 }],
  ['the same, read by a tool', { path: '/usr/lib/node.so', kind: 'read' }, { undeclared: [{ path: '/usr/lib/node.so', tools: [] }] }],
  ['what only the executor may read', { path: '/var/lib/dpkg/status', kind: 'read', runtime: true }, { noInput: 1 }],
  ['the same of a tool', { path: '/var/lib/dpkg/status', kind: 'read' }, { undeclared: [{ path: '/var/lib/dpkg/status', tools: [] }] }],
];
for (const [title, access, expected] of OUTSIDE) {
  test(`outside the workspace: ${title}`, () => {
    assert.equal(attributeOutside([access, access], KNOWN), { byTool: {}, noInput: 0, undeclared: [], ...expected });
  });
}

test('a tool that is not declared is named', () => {
  const known = { ...KNOWN, declared: new Set(['host-gcc']) };
  const { byTool, undeclared } = attributeOutside(['/bin/make', '/usr/lib/libc.so.6'].map((path) => ({ path, kind: 'execute' })), known);
  assert.equal(undeclared, [{ path: '/bin/make', tools: ['make'] }]);
  assert.equal(byTool, { 'host-gcc': 1 });
});

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
