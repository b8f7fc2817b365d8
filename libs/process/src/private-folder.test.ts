// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isAlive, ownMark } from './life';
import { withPrivateFolder } from './private-folder';

const test = suite<{ parent: string }>('private folder');
test.before.each((context) => {
  context.parent = mkdtempSync(join(tmpdir(), 'nf-private-'));
});
test.after.each(({ parent }) => rmSync(parent, { recursive: true, force: true }));

test('it is gone afterwards, whatever becomes of the work', async ({ parent }) => {
  const work = async (path: string) => {
    writeFileSync(join(path, 'a'), 'x');
    assert.is(readdirSync(parent).length, 1);
    throw new Error('fault');
  };
  await withPrivateFolder(parent, 'name', work).catch(() => undefined);
  assert.equal(readdirSync(parent), []);
});

test('those of dead processes go, those of living ones and other names stay', async ({ parent }) => {
  const living = `name-${ownMark()}-abc`;
  for (const name of [living, 'name-1-1-abc', 'name-999999999-5-abc', 'name-2-1-1-abc', 'name-other']) mkdirSync(join(parent, name));
  await withPrivateFolder(parent, 'name', async () => {});
  assert.equal(readdirSync(parent).sort(), ['name-2-1-1-abc', living, 'name-other'].sort());
});

const MARKS: [title: string, mark: string, alive: boolean][] = [
  ['this process', ownMark(), true],
  ['another process with the id of this one', `${process.pid}-1`, false],
  ['no process', '999999999-1', false],
  ['no mark', '', false],
  ['an id alone', '1', false],
];
for (const [title, mark, alive] of MARKS) {
  test(`${title} is ${alive ? 'alive' : 'dead'}`, () => assert.is(isAlive(mark), alive));
}

test.run();
