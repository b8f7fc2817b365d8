// SPDX-License-Identifier: Apache-2.0
// Paired measurements: both sides of a ratio are run in turn, in one session, because times on a shared machine drift.
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** Runs a program to its end; its wall time in seconds. A failing program is an error with its last lines. */
export function timed(command, args, options = {}) {
  return new Promise((done, fail) => {
    let output = '';
    const started = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', fail);
    child.once('close', (code) => {
      const seconds = (performance.now() - started) / 1000;
      if (code === 0) done({ seconds, output });
      else fail(new Error(`${command} ended with status ${code}\n${output.split('\n').slice(-20).join('\n')}`));
    });
  });
}

/**
 * Runs every side of `sides` (name → function that gives seconds) `rounds` times, in turn.
 * @returns name → the seconds of each round.
 */
export async function interleaved(sides, rounds, print = console.log) {
  const found = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(sides)) found[name].push(await run());
    print(`round ${round + 1}/${rounds}: ${Object.entries(found).map(([name, all]) => `${name} ${all.at(-1).toFixed(3)} s`).join(', ')}`);
  }
  return found;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Prints one ratio, of medians and of minima, beside the figure it is measured against. */
export function printRatio(title, ours, peer, goal) {
  const medians = median(ours) / median(peer);
  const minima = Math.min(...ours) / Math.min(...peer);
  const verdict = medians <= goal ? 'within' : 'over';
  console.log(
    `${title}: ${medians.toFixed(3)} (medians ${median(ours).toFixed(3)} s / ${median(peer).toFixed(3)} s), ` +
      `${minima.toFixed(3)} (minima); ${verdict} the budget of ${goal}`,
  );
}
