// SPDX-License-Identifier: Apache-2.0
// Nothing to do: what this workspace's graph and hashes cost over Nx itself.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNx } from '../workspace.mjs';
import { ALL_PROOFS, nxSeconds } from './clone.mjs';

const BUDGET = 1.3;

/** A workspace with no project and no plugin: what Nx itself costs. */
function makeEmptyWorkspace(folder) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }\n');
  writeFileSync(join(folder, 'nx.json'), '{ "analytics": false, "neverConnectToCloud": true, "tui": { "enabled": false } }\n');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

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
