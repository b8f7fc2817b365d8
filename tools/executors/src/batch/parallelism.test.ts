// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parallelVariables, tasksAtOnce } from './parallelism';

const PROCESSORS = 8;

const CASES: [line: string, nxParallel: string | undefined, nxJson: number | string | undefined, expected: number][] = [
  ['', undefined, undefined, 3],
  ['', undefined, 2, 2],
  ['', undefined, '2', 2],
  ['', '5', 2, 5],
  ['--parallel=4', '5', 2, 4],
  ['--parallel 4 --projects a', undefined, 2, 4],
  ['--parallel --projects a', undefined, 2, 3],
  ['--parallel', '5', 2, 5],
  ['--parallel=true', undefined, 2, 3],
  ['--parallel=false', '5', 2, 1],
  ['--no-parallel', '5', 2, 1],
  ['--parallel=50%', undefined, 2, 4],
  ['--parallel=1%', undefined, 2, 1],
  ['--parallel=2 --parallel=6', undefined, 2, 6],
  ['--parallel=64', undefined, 2, PROCESSORS],
  ['--parallel=none', undefined, 2, 1],
];
for (const [line, nxParallel, nxJson, expected] of CASES) {
  test(`nx ${line}, NX_PARALLEL ${nxParallel}, nx.json ${nxJson}: ${expected} at once`, () => {
    const variables = parallelVariables(['node', 'nx', 'run-many', '-t', 'test', ...line.split(' ')]);
    assert.is(tasksAtOnce({ ...variables, NX_PARALLEL: nxParallel }, nxJson, PROCESSORS), expected);
  });
}

test('the variable is set even when the command line says nothing: a daemon may still have that of another run', () => {
  assert.equal(parallelVariables(['nx']), { NEXUS_FORGE_PARALLEL: '' });
});

test.run();
