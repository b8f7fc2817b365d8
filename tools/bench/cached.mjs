// SPDX-License-Identifier: Apache-2.0
// A fully cached proof, as a user types it, against the second it may take.
import { interleaved, median, timed } from './measure.mjs';

const ROUNDS = Number(process.argv[2] ?? 9);
const nx = (daemon) => async () => {
  const { seconds, output } = await timed(process.execPath, ['node_modules/nx/bin/nx.js', 'run', 'rumpk:proof-el2'], {
    env: { ...process.env, NX_DAEMON: daemon },
  });
  if (!/read the output from the cache|existing outputs match the cache|Cache: +\d+\/\d+ hit \(100%\)/.test(output)) {
    throw new Error(`the proof was not cached; run it once before\n${output.slice(-1500)}`);
  }
  return seconds;
};

await timed(process.execPath, ['node_modules/nx/bin/nx.js', 'run', 'rumpk:proof-el2']);
const found = await interleaved({ 'without daemon': nx('false'), 'with daemon': nx('true') }, ROUNDS);
for (const [name, all] of Object.entries(found)) {
  console.log(`cached rumpk:proof-el2 ${name}: median ${median(all).toFixed(3)} s, minimum ${Math.min(...all).toFixed(3)} s (budget 1 s)`);
}
