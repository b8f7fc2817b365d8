// SPDX-License-Identifier: Apache-2.0
// A fully cached proof, as a user types it, against the second it may take.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchmark } from './benchmark.mjs';
import { cleanEnvironment, ROOT, runNx } from './workspace.mjs';
import { timed } from './run.mjs';

const BUDGET_S = 1;
const ARGS = ['run', 'rumpk:proof-el2'];
const CACHED = /Cache: +(\d+)\/\1 hit|read the output from the cache|existing outputs match the cache/;

/** Seconds of one run, which must have been taken from the cache. */
const cached = (run) => async () => {
  const { seconds, output } = await run();
  if (!CACHED.test(output)) throw new Error(`the proof was not cached; something is changing the workspace\n${output.slice(-1500)}`);
  return seconds;
};

/** Whether Nx's daemon serves this workspace now: one that was here before stays. */
function daemonRuns() {
  const record = join(ROOT, '.nx', 'workspace-data', 'd', 'server-process.json');
  if (!existsSync(record)) return false;
  try {
    process.kill(JSON.parse(readFileSync(record, 'utf8')).processId, 0);
    return true;
  } catch {
    return false;
  }
}

await benchmark('cached', 9, async (bench) => {
  if (!daemonRuns()) bench.onEnd(() => timed('node_modules/.bin/nx', ['daemon', '--stop'], { cwd: ROOT, env: cleanEnvironment() }));
  await runNx(ARGS);
  const found = await bench.interleaved({
    'without daemon': cached(() => runNx(ARGS)),
    'with daemon': cached(() => runNx(ARGS, { daemon: 'true' })),
    'npx, with daemon': cached(() => timed('npx', ['nx', ...ARGS], { cwd: ROOT, env: cleanEnvironment({ NX_DAEMON: 'true' }) })),
  });
  for (const [name, values] of Object.entries(found)) bench.single(`cached rumpk:proof-el2, ${name}`, values, BUDGET_S);
});
