// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import hostTest from './executor';

interface Workspace {
  root: string;
  lines: string[];
  /** Makes the fake Zig print a summary, and its test program a list. */
  says(summary: string, list: string, status?: number): void;
}

const test = suite<Workspace>('host-test');
const { log, error } = console;
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-host-test-'));
  context.lines = [];
  console.log = console.error = (line: string) => void context.lines.push(line);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(context.root, path)), { recursive: true });
    writeFileSync(join(context.root, path), text, { mode: 0o755 });
  };
  write('workspace.json', JSON.stringify({ toolchain: { zig: { version: '0.17.1' } } }));
  write('firmware/k/build.zig', '');
  context.says = (summary, list, status = 0) => {
    const names = [...list.matchAll(/^\d+\/\d+ (.+)\.\.\./gm)].map(([, name]) => `${name}\\0`).join('');
    write('test', `#!/bin/sh\n[ "$1" = --listen=- ] && printf '\\0${names}' && exit 0\ncat >&2 <<'LIST'\n${list}\nLIST\n`);
    const program = `info(verbose): ${join(context.root, 'test')} --cache-dir=c --seed=0x1 --listen=-`;
    write('.toolchain/zig-0.17.1/zig', `#!/bin/sh\n[ "$1" = version ] && echo 0.17.1 && exit 0\necho "$*" >${context.root}/call\ncat >&2 <<'SAID'\n${program}\n${summary}\nSAID\nexit ${status}\n`);
  };
});
test.after.each(({ root }) => {
  Object.assign(console, { log, error });
  rmSync(root, { recursive: true, force: true });
});

const run = ({ root }: Workspace, more: object = {}) =>
  hostTest(
    { package: 'firmware/k', outputDirectory: 'dist/k/test', ...more },
    { root, cwd: root, isVerbose: false, projectName: 'k', targetName: 'test' } as ExecutorContext,
  );

test('results by name', async (workspace) => {
  workspace.says('Build Summary: 3/3 steps succeeded; 2/3 tests passed (1 skipped)', '1/3 k.test.a...OK\n2/3 k.test.b...SKIP\n3/3 k.test.c...OK');
  assert.ok((await run(workspace)).success, workspace.lines.join('\n'));
  assert.equal(JSON.parse(readFileSync(join(workspace.root, 'dist/k/test/results.json'), 'utf8')), {
    package: 'firmware/k',
    step: 'test',
    passed: 2,
    failed: 0,
    skipped: 1,
    total: 3,
    tests: [
      { name: 'k.test.a', result: 'passed' },
      { name: 'k.test.b', result: 'skipped' },
      { name: 'k.test.c', result: 'passed' },
    ],
  });
  assert.is(workspace.lines.at(-1), 'firmware/k: 2/3 tests passed, 1 skipped');
});

test('another step, with options', async (workspace) => {
  workspace.says('Build Summary: 3/3 steps succeeded; 1/1 tests passed', '1/1 k.test.a...OK');
  assert.ok((await run(workspace, { step: 'test-all', defines: { 'ion-abi': '../../x.zig' } })).success);
  assert.match(readFileSync(join(workspace.root, 'call'), 'utf8'), /^build test-all -Dion-abi=\.\.\/\.\.\/x\.zig --cache-dir /);
});

const FAILURES: [title: string, summary: string, list: string, status: number, expected: RegExp][] = [
  ['zero tests', 'Build Summary: 1/1 steps succeeded', '', 0, /no test was run/],
  ['skipped tests only', 'Build Summary: 3/3 steps succeeded; 0/1 tests passed (1 skipped)', '1/1 k.test.a...SKIP', 0, /no test was run/],
  ['a failed test', "error: 'k.test.a' failed: expected 1, found 2\nBuild Summary: 1/3 steps succeeded (1 failed); 0/1 tests passed (1 failed)", '', 1, /'k\.test\.a' failed: expected 1, found 2/],
  ['a test that passes only once', 'Build Summary: 3/3 steps succeeded; 2/2 tests passed', '1/2 k.test.a...OK\n2/2 k.test.b...FAIL (X)', 0, /ran differently/],
];
for (const [title, summary, list, status, expected] of FAILURES) {
  test(`${title}: the target fails and leaves no results`, async (workspace) => {
    workspace.says(summary, list, status);
    assert.not((await run(workspace)).success);
    assert.match(workspace.lines.join('\n'), expected);
    assert.not(existsSync(join(workspace.root, 'dist/k/test')));
  });
}

test.run();
