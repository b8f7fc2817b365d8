// SPDX-License-Identifier: Apache-2.0
// Nx in a scratch clone, with a check that it did just the work that was meant.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runNx } from '../workspace.mjs';

export const PROOF = ['run', 'rumpk:proof-el2', '--outputStyle=static'];
export const ALL_PROOFS = ['run-many', '-t', 'proof', '--outputStyle=static'];

/**
 * Runs Nx in the clone; seconds. The set of tasks that were executed, rather than taken from the cache, must be
 * `expected`: a figure for other work than was meant is worth nothing.
 */
export async function nxSeconds(clone, args, expected, daemon = 'false') {
  const report = join(clone, '.nexus-forge', 'bench-run.json');
  rmSync(report, { force: true });
  const { seconds } = await runNx(args, { root: clone, daemon, env: { NEXUS_FORGE_RUN_REPORT: report } });
  const outcomes = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const ran = Object.keys(outcomes).filter((id) => outcomes[id].ran && !/:(proof|build)$/.test(id)).sort();
  if (ran.join() !== [...expected].sort().join()) {
    throw new Error(`nx ${args.join(' ')} ran ${ran.join(', ') || 'nothing'}; expected ${expected.join(', ') || 'nothing'}`);
  }
  return seconds;
}
