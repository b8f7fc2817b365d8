// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { generateTargets } from '../graph/generate-targets';
import { generation, REFERENCE } from '../graph/testing/reference-facts';
import { batchVariables, largestBatch } from './mode';

const size = (boards: number) => {
  const [board] = REFERENCE.boards;
  const several = Array.from({ length: boards }, (_, index) => ({ ...board!, name: `b${index}`, root: `apps/b${index}`, file: `apps/b${index}/board.yaml` }));
  return largestBatch(generateTargets(generation({ ...REFERENCE, boards: several })).map(([file, projects]) => [file, { projects }]));
};

test('a board has one target of each executor that runs batches', () => {
  assert.equal([0, 1, 3].map(size), [0, 1, 3]);
});

const OURS = ['@nexus-forge/nx'];
const CASES: [title: string, largest: number | undefined, line: string, said: string | undefined, plugins: string[], off: boolean][] = [
  ['batches of one', 1, '', undefined, OURS, true],
  ['batches of several', 2, '', undefined, OURS, false],
  ['a graph that was made elsewhere', undefined, '', undefined, OURS, false],
  ['--batch', 1, '--batch', undefined, OURS, false],
  ['--batch=true', 1, '--batch=true', undefined, OURS, false],
  ['--no-batch', 1, '--no-batch', undefined, OURS, false],
  ['another option', 1, '--batches', undefined, OURS, true],
  ['NX_BATCH_MODE', 1, '', 'true', OURS, false],
  ["another plugin's batches", 1, '', undefined, [...OURS, '@nx/gradle'], false],
];
for (const [title, largest, line, said, plugins, off] of CASES) {
  test(`${title}: ${off ? 'single processes' : 'left to Nx'}`, () => {
    const environment = said === undefined ? {} : { NX_BATCH_MODE: said };
    const found = batchVariables(largest, ['node', 'nx', 'run-many', ...line.split(' ')], environment, { plugins });
    assert.equal(found, off ? { NX_BATCH_MODE: 'false' } : {});
  });
}

test.run();
