// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** The tool is plain JavaScript modules. */
const load = async () => ({ ...(await import('./breaks.mjs' as string)), ...(await import('./judge.mjs' as string)) });

test('a kind of file that nobody knows how to spoil is told, not passed over', async () => {
  const { breakOf } = await load();
  for (const path of ['a.zig', 'build.zig.zon', 'a/b.c', 'b.h', 'e.S', 'f.ld', 'm/Kbuild', 'x.config', 'c.yaml', 'b.dts', 'p.json']) assert.ok(breakOf(path), path);
  assert.is(breakOf('table.bin'), undefined);
});

const inWorkspace = async (work: (root: string) => Promise<void>) => {
  const root = mkdtempSync(join(tmpdir(), 'nf-sources-'));
  try {
    for (const name of ['read.c', 'hidden.c', 'unread.c', 'table.bin']) writeFileSync(join(root, name), name);
    mkdirSync(join(root, '.nexus-forge/state'), { recursive: true });
    await work(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};
const stage = (sources: string[], executor = 'zig-build') => ({ id: 'p:t', executor, options: {}, sources: () => sources });

/** A stage that reads two of three sources, of which what it keeps hides one. */
const run = async (_stage: unknown, root: string) => {
  const spoilt = (name: string) => readFileSync(join(root, name), 'utf8') !== name;
  const keeps = existsSync(join(root, '.nexus-forge/state'));
  return { success: !spoilt('read.c') && (keeps || !spoilt('hidden.c')), output: 'spoilt' };
};

test('an edit that kept state hides is found among those without effect', () =>
  inWorkspace(async (root) => {
    const { judgeStage } = await load();
    const { noticed, unread, faults } = await judgeStage(stage(['read.c', 'hidden.c', 'unread.c']), root, run);
    assert.equal([noticed, unread], [1, 1]);
    assert.equal(faults, ['hidden.c: an edit is not seen while what an earlier run has kept is there']);
    assert.equal(['read.c', 'hidden.c', 'unread.c'].map((name) => readFileSync(join(root, name), 'utf8')), ['read.c', 'hidden.c', 'unread.c']);
    assert.ok(existsSync(join(root, '.nexus-forge/state')), 'what was kept is there again');
  }));

test('a stage that reads all it declares has no source without effect; an unknown kind and a stage that fails anyway are faults', () =>
  inWorkspace(async (root) => {
    const { judgeStage } = await load();
    assert.equal((await judgeStage(stage(['read.c', 'unread.c'], 'linux-image'), root, run)).faults, ['unread.c: an edit is not seen while what an earlier run has kept is there']);
    assert.match((await judgeStage(stage(['table.bin']), root, run)).faults[0], /^table\.bin: no way to spoil/);
    const failing = async () => ({ success: false, output: 'no' });
    assert.equal((await judgeStage(stage(['read.c']), root, failing)).faults, ['it fails without an edit: no']);
  }));

test.run();
