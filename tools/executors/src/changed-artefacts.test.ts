// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { artefactsChanged, artefactsNow } from './changed-artefacts';
import type { InputEntry } from './changed-inputs';

const FOLDER = 'dist/kern/build';
const INPUTS: InputEntry[] = ['{projectRoot}/**/*', { fileset: '{projectRoot}/x' }, { dependentTasksOutputFiles: `${FOLDER}/kern.img` }, { dependentTasksOutputFiles: 'dist/ring/*' }];

const test = suite<{ root: string }>('changed artefacts');
test.before.each((it) => {
  it.root = mkdtempSync(join(tmpdir(), 'nf-artefacts-'));
  for (const file of [`${FOLDER}/kern.img`, `${FOLDER}/other`, 'dist/ring/a', 'dist/ring/b']) {
    mkdirSync(join(it.root, file, '..'), { recursive: true });
    writeFileSync(join(it.root, file), 'old');
  }
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

/** Puts a file in place as a stage does. */
function replace(root: string, file: string, text: string): void {
  writeFileSync(join(root, 'staged'), text);
  renameSync(join(root, 'staged'), join(root, file));
}

const CASES: [title: string, change: (root: string) => void, expected: string[]][] = [
  ['nothing', () => undefined, []],
  ['an output with other bytes', (root) => replace(root, `${FOLDER}/kern.img`, 'new'), [`${FOLDER}/kern.img`]],
  ['one of several', (root) => replace(root, 'dist/ring/b', 'new'), ['dist/ring/b']],
  ['written in place', (root) => writeFileSync(join(root, 'dist/ring/a'), 'new'), ['dist/ring/a']],
  ['the same bytes anew', (root) => replace(root, `${FOLDER}/kern.img`, 'old'), []],
  ['an output that is no input', (root) => replace(root, `${FOLDER}/other`, 'new'), []],
  ['taken away', (root) => rmSync(join(root, 'dist/ring/a')), []],
];
for (const [title, change, expected] of CASES) {
  test(title, ({ root }) => {
    const before = artefactsNow(root, INPUTS);
    assert.equal([...before.keys()].sort(), ['dist/kern/build/kern.img', 'dist/ring/a', 'dist/ring/b']);
    change(root);
    assert.equal(artefactsChanged(root, before), expected);
  });
}

test('a producer that has left nothing', ({ root }) => {
  rmSync(join(root, FOLDER), { recursive: true });
  assert.equal([...artefactsNow(root, INPUTS).keys()].sort(), ['dist/ring/a', 'dist/ring/b']);
});

test.run();
