// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Seals } from './seals';

interface Case {
  root: string;
  folder: string;
  seals: Seals;
}

const test = suite<Case>('seals');
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-seals-'));
  context.folder = join(context.root, 'entry');
  mkdirSync(join(context.folder, 'dist'), { recursive: true });
  writeFileSync(join(context.folder, 'dist/a'), 'content');
  context.seals = new Seals(join(context.root, 'seals'));
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

const HARM: [title: string, harm: (folder: string) => void, broken: boolean][] = [
  ['nothing', () => {}, false],
  ['a new time', (folder) => utimesSync(join(folder, 'dist/a'), 1, 1), false],
  ['another byte', (folder) => writeFileSync(join(folder, 'dist/a'), 'Content'), true],
  ['a shorter file', (folder) => truncateSync(join(folder, 'dist/a'), 3), true],
  ['a file more', (folder) => writeFileSync(join(folder, 'b'), ''), true],
  ['a file less', (folder) => rmSync(join(folder, 'dist/a')), true],
  ['another name', (folder) => renameSync(join(folder, 'dist/a'), join(folder, 'dist/b')), true],
  ['the whole folder', (folder) => rmSync(folder, { recursive: true }), false],
];
for (const [title, harm, broken] of HARM) {
  test(`${title} ${broken ? 'breaks' : 'does not break'} the seal`, ({ folder, seals }) => {
    seals.put('1', folder, 'a:b');
    harm(folder);
    assert.is(seals.isBroken('1', folder), broken);
    assert.is(seals.isBroken('2', folder), false);
    assert.equal(seals.broken(() => folder), broken ? [{ name: '1', of: 'a:b' }] : []);
  });
}

test('a damaged seal is none, and neither is one that is taken away', ({ root, folder, seals }) => {
  for (const name of ['1', '2']) seals.put(name, folder, 'a:b');
  writeFileSync(join(root, 'seals/1'), '{');
  seals.remove('2');
  writeFileSync(join(folder, 'dist/a'), 'Content');
  assert.equal(seals.broken(() => folder), []);
  assert.is(seals.isBroken('1', folder), false);
});

test('a seal that nobody asks for is forgotten in the end', ({ root, folder, seals }) => {
  for (const name of ['1', '2']) seals.put(name, folder, 'a:b');
  utimesSync(join(root, 'seals/1'), 1, 1);
  seals.prune();
  assert.equal(readdirSync(join(root, 'seals')), ['2']);
});

test.run();
