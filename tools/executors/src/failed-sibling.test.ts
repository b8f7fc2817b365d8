// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { endsTogetherVariables, failedSibling, forgetFailures, tellFailure, watchSiblings } from './failed-sibling';

const test = suite<{ root: string }>('failures of a run');
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-failed-'));
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

const COMMANDS: [argv: string[], together: boolean][] = [
  [['run', 'rumpk:proof-el2'], true],
  [['rumpk:proof-el2', '--outputStyle=static'], true],
  [['proof', 'rumpk'], true],
  [['run-many', '-t', 'proof'], false],
  [['affected', '-t', 'proof'], false],
  [['run-many', '-t', 'proof', '--nxBail'], true],
  [['affected', '-t', 'proof', '--nx-bail=true'], true],
  [['run-many', '-t', 'proof', '--nxBail=false'], false],
];
for (const [argv, together] of COMMANDS) {
  test(`nx ${argv.join(' ')} ${together ? 'ends with' : 'goes on after'} its first failure`, () => {
    assert.equal(Object.values(endsTogetherVariables(argv, () => 'name')), [together ? 'name' : '']);
  });
}

const RUN = endsTogetherVariables(['run', 'a:b'], () => 'this');
const OTHER = endsTogetherVariables(['run', 'a:b'], () => 'other');
const MANY = endsTogetherVariables(['run-many']);

test('the first failure is told to the tasks of the same run, and to no other', ({ root }) => {
  tellFailure(root, 'a:first', RUN);
  tellFailure(root, 'a:second', RUN);
  assert.is(failedSibling(root, RUN), 'a:first');
  assert.is(failedSibling(root, OTHER), undefined);
  tellFailure(root, 'a:b', MANY);
  assert.is(failedSibling(root, MANY), undefined);
});

test('a stage that runs is told once', async ({ root }) => {
  const told: string[] = [];
  const watch = watchSiblings(root, (id) => told.push(id), RUN);
  tellFailure(root, 'a:first', RUN);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  watch.stop();
  assert.equal(told, ['a:first']);
});

test('what an earlier run has said goes after a day', ({ root }) => {
  tellFailure(root, 'a:first', RUN);
  const folder = join(root, '.nexus-forge', 'failed-runs');
  forgetFailures(root);
  assert.equal(readdirSync(folder), ['this']);
  forgetFailures(root, Date.now() + 86_500_000);
  assert.equal(readdirSync(folder), []);
});

test.run();
