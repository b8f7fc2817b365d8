// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { beginVariables, inputsChangedSince, runBegan, type InputEntry } from './changed-inputs';

const FILES = ['kern/main.zig', 'kern/sub/more.zig', 'kern/README.md', 'kern/zig-out/made.zig', 'ring/ring.zig', 'top.json', 'bundles/x.js', '.hidden/x.zig', 'node_modules/x.zig'];

interface Case {
  root: string;
  write(file: string): void;
  /** A moment after everything was written. */
  since: number;
}

const test = suite<Case>('changed inputs');
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-changed-'));
  context.write = (file) => {
    mkdirSync(dirname(join(context.root, file)), { recursive: true });
    writeFileSync(join(context.root, file), 'x');
  };
  execFileSync('git', ['init', '--quiet'], { cwd: context.root });
  writeFileSync(join(context.root, '.gitignore'), 'zig-out\nbundles\n');
  for (const file of FILES) context.write(file);
  context.since = Math.max(...FILES.map((file) => lstatSync(join(context.root, file)).ctimeMs));
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

/** Writes when the clock that the file system goes by has moved on. */
function writeLater({ root, write, since }: Case, file: string): void {
  do write(file);
  while (lstatSync(join(root, file)).ctimeMs <= since);
}

const PROJECT = '{projectRoot}/**/*';
const FOUND: [title: string, inputs: InputEntry[], written: string, expected: string[]][] = [
  ['a file of the project', [PROJECT], 'kern/main.zig', ['kern/main.zig']],
  ['a new file of the project', [PROJECT], 'kern/new.zig', ['kern/new.zig']],
  ['a file further below', [PROJECT], 'kern/sub/more.zig', ['kern/sub/more.zig']],
  ['a file of no input', [PROJECT], 'ring/ring.zig', []],
  ['an excluded file', [PROJECT, '!{projectRoot}/**/*.md'], 'kern/README.md', []],
  ['what git ignores', [PROJECT], 'kern/zig-out/made.zig', []],
  ['what git ignores, but the input names', [{ fileset: '{workspaceRoot}/bundles/x.js', includeIgnored: true }], 'bundles/x.js', ['bundles/x.js']],
  ['one file by its name', ['{workspaceRoot}/ring/ring.zig'], 'ring/ring.zig', ['ring/ring.zig']],
  ['a glob with alternatives', ['{workspaceRoot}/{ring,kern}/*.zig'], 'ring/ring.zig', ['ring/ring.zig']],
  ['a field of a JSON file', [{ json: '{workspaceRoot}/top.json' }], 'top.json', ['top.json']],
  ['hidden folders and packages', ['{workspaceRoot}/**/*.zig'], '.hidden/x.zig', []],
  ['an input that names no file', ['default', {}], 'kern/main.zig', []],
];
for (const [title, inputs, written, expected] of FOUND) {
  test(title, (context) => {
    assert.equal(inputsChangedSince(context.since, context.root, 'kern', inputs), []);
    writeLater(context, written);
    assert.equal(inputsChangedSince(context.since, context.root, 'kern', inputs), expected);
  });
}

test('a time that was set back hides nothing', (context) => {
  writeLater(context, 'kern/main.zig');
  utimesSync(join(context.root, 'kern/main.zig'), 1, 1);
  assert.equal(inputsChangedSince(context.since, context.root, 'kern', [PROJECT]), ['kern/main.zig']);
});

/** Deletes when the clock that the file system goes by has moved on. */
function deleteLater(context: Case, file: string): void {
  writeLater(context, 'clock');
  rmSync(join(context.root, file), { recursive: true });
}

const DELETED: [title: string, inputs: InputEntry[], gone: string, expected: string[]][] = [
  ['a file of the project that is gone', [PROJECT], 'kern/main.zig', ['kern/main.zig']],
  ['a folder that is gone', [PROJECT], 'kern/sub', ['kern/sub/more.zig']],
  ['the whole project', [PROJECT], 'kern', ['kern/main.zig', 'kern/sub/more.zig']],
  ['one file by its name, gone', ['{workspaceRoot}/ring/ring.zig'], 'ring/ring.zig', ['ring/ring.zig']],
  ['a file of no input that is gone', [PROJECT], 'ring/ring.zig', []],
  ['a file that git does not track', [PROJECT], 'kern/README.md', []],
];
for (const [title, inputs, gone, expected] of DELETED) {
  test(title, (context) => {
    execFileSync('git', ['add', '*.zig', 'top.json'], { cwd: context.root });
    deleteLater(context, gone);
    assert.equal(inputsChangedSince(context.since, context.root, 'kern', inputs), expected);
  });
}

/** What takes a file away and out of the index, too. */
const BY_GIT: [title: string, commands: string[][]][] = [
  ['git rm', [['rm', '--quiet', 'kern/main.zig']]],
  ['git mv', [['mv', 'kern/main.zig', 'kern/main.txt']]],
  ['git rm, and a commit', [['rm', '--quiet', 'kern/main.zig'], ['commit', '--quiet', '-m', 'less']]],
  ['another branch', [['checkout', '--quiet', 'less']]],
];
for (const [title, commands] of BY_GIT) {
  test(`gone by ${title}`, (context) => {
    // The reflog, which tells what was checked out when, counts in seconds.
    const long = { GIT_AUTHOR_DATE: '2020-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2020-01-01T00:00:00Z' };
    const git = (args: readonly string[], more = {}) =>
      execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@example.org', ...args], { cwd: context.root, env: { ...process.env, ...more } });
    git(['checkout', '--quiet', '-b', 'less']);
    git(['add', 'ring', 'top.json', '.gitignore']);
    git(['commit', '--quiet', '-m', 'less'], long);
    git(['checkout', '--quiet', '-b', 'more'], long);
    git(['add', 'kern/main.zig', 'kern/sub']);
    git(['commit', '--quiet', '-m', 'more'], long);
    writeLater(context, 'clock');
    for (const command of commands) git(command);
    assert.ok(inputsChangedSince(context.since, context.root, 'kern', ['{workspaceRoot}/kern/**/*.zig']).includes('kern/main.zig'));
  });
}

test('a file that was gone before does not count', (context) => {
  execFileSync('git', ['add', '*.zig'], { cwd: context.root });
  rmSync(join(context.root, 'kern/main.zig'));
  assert.equal(inputsChangedSince(lstatSync(join(context.root, 'kern')).ctimeMs, context.root, 'kern', [PROJECT]), []);
});

test('outside a repository nothing is ignored', (context) => {
  rmSync(join(context.root, '.git'), { recursive: true });
  writeLater(context, 'kern/zig-out/made.zig');
  assert.equal(inputsChangedSince(context.since, context.root, 'kern', [PROJECT]), ['kern/zig-out/made.zig']);
});

test('the beginning of a run goes through its environment', () => {
  assert.is(runBegan(beginVariables(1234.5)), 1234.5);
  assert.is(runBegan({}), undefined);
});

test('a run begins with the process that hashes; in a daemon, when it is told', () => {
  assert.is(runBegan(beginVariables()), performance.timeOrigin);
  const told = Date.now();
  const daemon = globalThis as { NX_DAEMON?: boolean };
  daemon.NX_DAEMON = true;
  assert.ok(runBegan(beginVariables())! >= told);
  delete daemon.NX_DAEMON;
});

test.run();
