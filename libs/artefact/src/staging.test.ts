// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MAGIC } from './magic';
import { stageOutputs } from './staging';

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

test('what a killed run left is removed, what a living one is writing is not', async ({ folder }) => {
  mkdirSync(join(folder, '.staging-out-999999999-abc'));
  mkdirSync(join(folder, `.staging-out-${process.pid}-xyz`));
  await stageOutputs(join(folder, 'out'), [{ file: 'a' }], async (staging) => writeFileSync(join(staging, 'a'), 'x'));
  assert.not(existsSync(join(folder, '.staging-out-999999999-abc')));
  assert.ok(existsSync(join(folder, `.staging-out-${process.pid}-xyz`)));
});

test.run();
