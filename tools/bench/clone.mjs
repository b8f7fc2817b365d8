// SPDX-License-Identifier: Apache-2.0
// Nx in a scratch clone, with a check that it did just the work that was meant.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runNx } from './workspace.mjs';

export const PROOF = ['run', 'rumpk:proof-el2', '--outputStyle=static'];
export const ALL_PROOFS = ['run-many', '-t', 'proof', '--outputStyle=static'];

/** The tasks that Nx with `args` means, each with those that it waits for; `scratch` gets the file that says so. */
export async function taskGraph(clone, args, scratch) {
  const file = join(scratch, 'graph.json');
  await runNx([...args, `--graph=${file}`], { root: clone });
  return JSON.parse(readFileSync(file, 'utf8')).tasks.dependencies;
}

/** Runs Nx in the clone; seconds, and the tasks that were executed rather than taken from the cache, sorted. */
async function runCounted(clone, args, daemon) {
  const report = join(clone, '.nexus-forge', 'bench-run.json');
  rmSync(report, { force: true });
  const { seconds } = await runNx(args, { root: clone, daemon, env: { NEXUS_FORGE_RUN_REPORT: report } });
  const outcomes = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const ran = Object.keys(outcomes).filter((id) => outcomes[id].ran && outcomes[id].makes).sort();
  return { seconds, ran };
}

const list = (ids) => ids.join(', ') || 'nothing';

/** Seconds of a run in which just the tasks `expected` are executed: a figure for other work is worth nothing. */
export async function nxSeconds(clone, args, expected, daemon = 'false') {
  const { seconds, ran } = await runCounted(clone, args, daemon);
  if (ran.join() !== [...expected].sort().join()) throw new Error(`nx ${args.join(' ')} ran ${list(ran)}; expected ${list(expected)}`);
  return seconds;
}

/** Seconds of a run in which the task `id` is executed, whatever else it takes. */
export async function provedSeconds(clone, args, id) {
  const { seconds, ran } = await runCounted(clone, args, 'false');
  if (!ran.includes(id)) throw new Error(`nx ${args.join(' ')} ran ${list(ran)}; expected ${id} among them`);
  return seconds;
}
