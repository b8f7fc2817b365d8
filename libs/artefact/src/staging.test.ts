// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ownMark } from '@nexus-forge/process';
import { MAGIC } from './magic';
import { stageOutputs } from './staging';

const TYPESCRIPT = join(__dirname, '../../../tools/test/typescript-hook.cjs');
const execute = promisify(execFile);
const test = suite<{ folder: string }>('staging');
test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'nf-staging-'));
});
test.after.each((context) => rmSync(context.folder, { recursive: true, force: true }));

const failure = async (run: Promise<unknown>): Promise<string> => run.then(() => '', (error: Error) => error.message);

test('outputs replace the old folder as a whole', async ({ folder }) => {
  const out = join(folder, 'out');
  mkdirSync(out);
  writeFileSync(join(out, 'stale'), 'old');
  await stageOutputs(out, [{ file: 'a' }], async (staging) => writeFileSync(join(staging, 'a'), 'new'));
  assert.equal(readdirSync(out), ['a']);
  assert.equal(readdirSync(folder), ['out']);
});

test('a folder with a tracked file is refused before anything is made, also when the file is gone', async ({ folder }) => {
  const git = (...args: string[]) => execute('git', args, { cwd: folder });
  const out = join(folder, 'src', 'test');
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'mine.c'), 'mine');
  await git('init', '--quiet');
  await git('add', '.');
  const build = async (): Promise<void> => assert.unreachable('nothing is made');
  assert.match(await failure(stageOutputs(out, [{ file: 'a' }], build)), /src\/test holds files that git tracks[\s\S]*found: +mine\.c$/);
  assert.equal(readdirSync(out), ['mine.c']);
  rmSync(out, { recursive: true });
  assert.match(await failure(stageOutputs(out, [{ file: 'a' }], build)), /holds files that git tracks/);
});

const FAULTS: [string, (staging: string) => void, RegExp][] = [
  ['a missing output', () => {}, /a was not made/],
  ['an empty output', (s) => writeFileSync(join(s, 'a'), ''), /a is empty/],
  ['a wrong signature', (s) => writeFileSync(join(s, 'a'), 'hello'), /expected: gzip[\s\S]*found: +68 65/],
  ['an undeclared output', (s) => (writeFileSync(join(s, 'a'), '\x1f\x8b', 'latin1'), writeFileSync(join(s, 'b'), 'x')), /undeclared outputs: b/],
  ['a build that throws', () => { throw new Error('tool failed'); }, /tool failed/],
];
for (const [title, build, expected] of FAULTS) {
  test(`${title} leaves the old outputs alone`, async ({ folder }) => {
    const out = join(folder, 'out');
    mkdirSync(out);
    writeFileSync(join(out, 'a'), 'old');
    const text = await failure(stageOutputs(out, [{ file: 'a', magic: MAGIC.gzip }], async (s) => build(s)));
    assert.match(text, expected);
    assert.is(readFileSync(join(out, 'a'), 'utf8'), 'old');
    assert.equal(readdirSync(folder), ['out']);
  });
}

test('an output may be declared as one that may be empty', async ({ folder }) => {
  const out = join(folder, 'out');
  await stageOutputs(out, [{ file: 'a', mayBeEmpty: true }], async (s) => writeFileSync(join(s, 'a'), ''));
  assert.equal(readdirSync(out), ['a']);
});

test('another user can read the outputs, as the umask has it', async ({ folder }) => {
  const modeUnder = async (mask: number, name: string) => {
    const before = process.umask(mask);
    try {
      await stageOutputs(join(folder, name), [{ file: 'a' }], async (staging) => writeFileSync(join(staging, 'a'), 'x'));
    } finally {
      process.umask(before);
    }
    return (statSync(join(folder, name)).mode & 0o777).toString(8);
  };
  assert.is(await modeUnder(0o022, 'open'), '755');
  assert.is(await modeUnder(0o077, 'closed'), '700');
});

test('what a killed run left is removed, what a living one is writing is not', async ({ folder }) => {
  mkdirSync(join(folder, '.staging-out-999999999-1-abc'));
  mkdirSync(join(folder, '.staging-out-999999999-1-abc.old'));
  mkdirSync(join(folder, `.staging-out-${ownMark()}-xyz`));
  await stageOutputs(join(folder, 'out'), [{ file: 'a' }], async (staging) => writeFileSync(join(staging, 'a'), 'x'));
  assert.equal(readdirSync(folder), [`.staging-out-${ownMark()}-xyz`, 'out']);
});

test('runs at once replace the outputs whole, and none fails', async ({ folder }) => {
  const out = join(folder, 'out');
  const module = JSON.stringify(join(__dirname, 'staging'));
  const script = (name: string) => `
    const { writeFileSync } = require('node:fs');
    const { stageOutputs } = require(${module});
    (async () => {
      for (let round = 0; round < 200; round++) {
        await stageOutputs(${JSON.stringify(out)}, [{ file: '${name}' }], async (staging) => writeFileSync(staging + '/${name}', 'x'));
      }
    })().catch((error) => { console.error(error); process.exit(1); });`;
  const runs = ['a', 'b', 'c'].map((name) => execute(process.execPath, ['--require', TYPESCRIPT, '--eval', script(name)]));
  await Promise.all(runs);
  assert.is(readdirSync(out).length, 1);
  assert.equal(readdirSync(folder), ['out']);
});

test.run();
