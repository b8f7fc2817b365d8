// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runZigBuild, type ZigBuild } from './build';

const test = suite<{ root: string }>('compiled build script');
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-zig-script-'));
  for (const folder of ['.toolchain/zig-0.17.1', 'firmware/k']) mkdirSync(join(context.root, folder), { recursive: true });
  writeFileSync(join(context.root, 'workspace.json'), JSON.stringify({ toolchain: { zig: { version: '0.17.1' } } }));
  fakeZig(context.root, 0);
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

/** A `zig` that compiles a script into a cache that has none; `status` is that of the script alone. */
function fakeZig(root: string, status: number | 'killed'): void {
  const path = join(root, '.toolchain/zig-0.17.1/zig');
  const script = [
    '[ "$1" = version ] && echo 0.17.1 && exit 0',
    'all="$*"',
    'while [ "$1" != --cache-dir ]; do shift; done',
    `case "$all" in *-Dnexus-forge-compile-only*) only=${status === 'killed' ? 'kill' : 1} ;; *) only= ;; esac`,
    '[ "$only" = kill ] && kill -KILL $$',
    'mkdir -p "$2/o" "$2/h" "$2/tmp" "$2/c"',
    `[ -e "$2/o/configurer" ] || echo "compiled in $(basename "$2")" >>${root}/log`,
    'echo script >"$2/o/configurer"',
    'echo x >"$2/tmp/$$"; echo x >"$2/c/$$"',
    '[ -z "$only" ] || exit 1',
    `echo "built in $(basename "$2")" >>${root}/log`,
  ];
  writeFileSync(path, `#!/bin/sh\n${script.join('\n')}\n`);
  chmodSync(path, 0o755);
}

const build = (root: string, target: string, more: Partial<ZigBuild> = {}): Promise<string> => {
  const order = { workspaceRoot: root, package: 'firmware/k', project: 'k', target, timeoutMs: 10_000, ...more };
  return runZigBuild(order, undefined, async (_, cache) => cache);
};
const log = (root: string) => readFileSync(join(root, 'log'), 'utf8').trim().split('\n');

test('the targets of a package compile its script once, and again in no later run', async ({ root }) => {
  const cache = await build(root, 'one');
  await build(root, 'two');
  await build(root, 'one');
  assert.equal(log(root), ['compiled in firmware-k', 'built in k-one', 'built in k-two', 'built in k-one']);
  assert.is(readFileSync(join(cache, 'o/configurer'), 'utf8'), 'script\n');
});

test('a cache begins without scratch and without answers, but with their folders', async ({ root }) => {
  await build(root, 'one');
  const namesIn = (...path: string[]) => readdirSync(join(root, '.nexus-forge/state', ...path));
  for (const name of ['tmp', 'c']) {
    const shared = namesIn('zig-scripts/firmware-k', name);
    assert.is(shared.length, 1);
    assert.equal(namesIn('zig/k-one', name).filter((file) => shared.includes(file)), []);
  }
});

test('what is to be built from nothing gets no compiled script', async ({ root }) => {
  await build(root, 'one', { fresh: true });
  assert.equal(log(root), ['compiled in k-one', 'built in k-one']);
});

test('a script that is killed while it compiles is a fault, and leaves nothing to begin with', async ({ root }) => {
  fakeZig(root, 'killed');
  const message = await build(root, 'one').then(() => '', (error: Error) => error.message);
  assert.match(message, /SIGKILL/);
  fakeZig(root, 0);
  await build(root, 'one');
  assert.equal(log(root).slice(-1), ['built in k-one']);
});

test.run();
