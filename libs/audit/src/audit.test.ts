// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareAccesses } from './compare';
import { declaredInputs } from './declared';
import { StraceReader, readStrace, traceCommand, type FileAccess } from './strace';

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

test('an undeclared read and an unread group are told', () => {
  const result = compareAccesses(parseStrace(LOG), { files: ['a.c', 'c/x.c'], groups: ['*.c', 'c/**/*'] }, '/w', []);
  assert.equal(result, { undeclared: ['b.h'], unread: ['c/**/*'], read: 1 });
});

test('places that hold no inputs and own outputs do not count', () => {
  const accesses = parseStrace(`${LOG}103 openat(AT_FDCWD</w>, "a.o", O_RDONLY) = 3</w/a.o>\n`);
  const result = compareAccesses(accesses, { files: ['a.c'], groups: ['*.c'] }, '/w', ['*.h']);
  assert.equal(result, { undeclared: [], unread: [], read: 1 });
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
