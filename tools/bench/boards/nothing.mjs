// SPDX-License-Identifier: Apache-2.0
// Nothing to do with all boards, against Nx with as many cached tasks that wait for each other in the same way.
import { join } from 'node:path';
import { ALL_PROOFS, nxSeconds, taskGraph } from '../clone.mjs';
import { makeEmptyGraph } from '../plain-workspace.mjs';
import { runNx } from '../workspace.mjs';

const BUDGET = 1.3;

export async function measureNothing(bench, clone) {
  const graph = await taskGraph(clone, ALL_PROOFS, bench.scratch);
  const tasks = Object.keys(graph).length;
  bench.say(`\nnothing changed: nx run-many -t proof, ${tasks} tasks, against as many cached tasks that do nothing`);
  bench.configure({ tasks });
  const root = join(bench.scratch, 'empty');
  makeEmptyGraph(root, graph, { cached: true });
  await runNx(ALL_PROOFS, { root });
  for (const folder of [clone, root]) bench.onEnd(() => runNx(['daemon', '--stop'], { root: folder, daemon: 'true' }));
  for (const [name, daemon] of [['without daemon', 'false'], ['with daemon', 'true']]) {
    const found = await bench.interleaved({
      ours: () => nxSeconds(clone, ALL_PROOFS, [], daemon),
      empty: async () => (await runNx(ALL_PROOFS, { root, daemon })).seconds,
    });
    bench.ratio(`no-op run-many -t proof / as many cached tasks, ${name}`, found.ours, found.empty, BUDGET);
  }
}
