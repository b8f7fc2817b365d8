// SPDX-License-Identifier: Apache-2.0
// Nothing to do: what this workspace's graph and hashes cost over Nx itself.
import { join } from 'node:path';
import { runNx } from '../workspace.mjs';
import { ALL_PROOFS, nxSeconds } from './clone.mjs';
import { makeEmptyWorkspace } from './plain-workspace.mjs';

const BUDGET = 1.3;

export async function measureNothing(bench, clone) {
  bench.say('\nnothing changed: nx run-many -t proof, against Nx in an empty workspace');
  const empty = makeEmptyWorkspace(join(bench.scratch, 'empty'));
  for (const root of [clone, empty]) bench.onEnd(() => runNx(['daemon', '--stop'], { root, daemon: 'true' }));
  for (const [name, daemon] of [['without daemon', 'false'], ['with daemon', 'true']]) {
    const found = await bench.interleaved({
      ours: () => nxSeconds(clone, ALL_PROOFS, [], daemon),
      empty: async () => (await runNx(ALL_PROOFS, { root: empty, daemon })).seconds,
    });
    bench.ratio(`no-op run-many -t proof / Nx's own no-op, ${name}`, found.ours, found.empty, BUDGET);
  }
}
