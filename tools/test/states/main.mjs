// SPDX-License-Identifier: Apache-2.0
// The table of states: whatever became of the last run, or of what it left, the next run by the real Nx is right.
// `node tools/test/states/main.mjs [part of a title ...]` runs the rows in a scratch clone of this workspace.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { restore, runNx } from '../effects/scratch.mjs';
import { differences, digestsOf, rubbishIn } from './outputs.mjs';
import { EVERYTHING, keepCache, makePlace, PROJECTS, removePlace, stopDaemon } from './place.mjs';
import { endAll, leftRunning } from './processes.mjs';
import { rows as atOnce } from './rows/at-once.mjs';
import { rows as failed } from './rows/failed.mjs';
import { rows as fullDisk } from './rows/full-disk.mjs';
import { rows as interrupted } from './rows/interrupted.mjs';
import { rows as lost } from './rows/lost.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/**
 * Each row has a title and `harm(place)`, what happens before the next run. Of that run it may say: `command`; `ran`,
 * the tasks that must really run; `daemon`; `keepEdits`, that it happens with the edits of `harm` in place; `sameBytes`,
 * for which outputs the bytes stay; `also(place)`, a further check. `losesCache` gives Nx's cache back afterwards;
 * `skip()` may say why the row can't run on this machine.
 */
const ROWS = [...lost, ...failed, ...interrupted, ...atOnce, ...fullDisk];

/** How long what a run has started may take to end after it. */
const END_LIMIT_MS = 5000;

const tail = (output) => output.trimEnd().split('\n').slice(-30).map((line) => `| ${line}`);

/** What the run after the harm does wrong, a line each. */
async function faultsOfNextRun(place, { command = EVERYTHING, ran, daemon = false, sameBytes = () => true, also }) {
  const { scratch, right } = place;
  const found = await runNx(scratch, command, daemon ? { NX_DAEMON: 'true' } : {});
  if (found.status !== 0) return [`the next run ended with status ${found.status}`, ...tail(found.output)];
  await also?.(place);
  return [
    ...(ran !== undefined && ran.join() !== found.ran.join() ? [`ran ${found.ran.join(', ') || 'nothing'} instead of ${ran.join(', ') || 'nothing'}`] : []),
    ...differences(right, digestsOf(scratch, PROJECTS)).filter((line) => sameBytes(line.replace(/^dist\/(\S+).*/, '$1'))),
    ...rubbishIn(scratch),
  ];
}

async function faultsOf(place, row) {
  const { scratch } = place;
  const giveCacheBack = row.losesCache ? keepCache(place) : undefined;
  try {
    if (row.daemon) await runNx(scratch, EVERYTHING, { NX_DAEMON: 'true' });
    await row.harm(place);
    if (!row.keepEdits) await restore(scratch);
    const faults = await faultsOfNextRun(place, row);
    if (row.daemon) return faults;
    return [...faults, ...(await leftRunning(dirname(scratch), END_LIMIT_MS))];
  } catch (error) {
    return error.stack.split('\n');
  } finally {
    if (!row.daemon) endAll(dirname(scratch));
    await restore(scratch);
    giveCacheBack?.();
  }
}

/** Runs the rows whose title has one of the patterns; the sums. */
export async function runStates(patterns = [], print = console.log) {
  const chosen = ROWS.filter(({ title }) => patterns.length === 0 || patterns.some((pattern) => title.includes(pattern)));
  const sums = { passed: 0, failed: 0, skipped: 0 };
  const place = await makePlace(ROOT);
  try {
    for (const [index, row] of chosen.entries()) {
      const started = Date.now();
      const excuse = row.skip?.();
      const faults = excuse === undefined ? await faultsOf(place, row) : [excuse];
      if (row.daemon && !chosen[index + 1]?.daemon) await stopDaemon(place);
      const result = excuse === undefined ? (faults.length === 0 ? 'passed' : 'failed') : 'skipped';
      sums[result] += 1;
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      print([`${{ passed: 'ok  ', failed: 'FAIL', skipped: 'skip' }[result]} ${row.title} (${seconds} s)`, ...faults].join('\n  '));
    }
  } finally {
    await removePlace(place);
  }
  return sums;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed, skipped } = await runStates(process.argv.slice(2));
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}
