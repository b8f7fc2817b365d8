// SPDX-License-Identifier: Apache-2.0
// Nothing to do: what this workspace's graph and hashes cost over Nx itself.
import { join } from 'node:path';
import { runNx } from '../workspace.mjs';
import { ALL_PROOFS, nxSeconds, taskGraph } from '../clone.mjs';
import { makeEmptyChain, makeEmptyWorkspace } from '../plain-workspace.mjs';

const BUDGET = 1.3;

/** How many tasks wait for each other at most: Nx hashes a task whose input is an output after the task that makes it. */
async function levels(clone, scratch) {
  const dependencies = await taskGraph(clone, ALL_PROOFS, scratch);
  const level = (id) => 1 + Math.max(0, ...dependencies[id].map(level));
  return Math.max(...Object.keys(dependencies).map(level));
}

export async function measureNothing(bench, clone) {
  bench.say('\nnothing changed: nx run-many -t proof, against Nx in an empty workspace');
  const empty = makeEmptyWorkspace(join(bench.scratch, 'empty'));
  const depth = await levels(clone, bench.scratch);
  const chainRoot = join(bench.scratch, 'levels');
  const chain = makeEmptyChain(chainRoot, depth, { cached: true });
  bench.configure({ levels: depth });
  for (const root of [clone, empty, chainRoot]) bench.onEnd(() => runNx(['daemon', '--stop'], { root, daemon: 'true' }));
  for (const [name, daemon] of [['without daemon', 'false'], ['with daemon', 'true']]) {
    const found = await bench.interleaved({
      ours: () => nxSeconds(clone, ALL_PROOFS, [], daemon),
      empty: async () => (await runNx(ALL_PROOFS, { root: empty, daemon })).seconds,
      levels: async () => (await runNx(chain, { root: chainRoot, daemon })).seconds,
    });
    bench.ratio(`no-op run-many -t proof / Nx's own no-op, ${name}`, found.ours, found.empty, BUDGET);
    bench.ratio(`${depth} cached tasks in a row that do nothing / Nx's own no-op, ${name}`, found.levels, found.empty);
  }
}
