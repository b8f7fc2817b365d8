// SPDX-License-Identifier: Apache-2.0
// The table of effects: after each edit, exactly the tasks it names must really run; everything else must be a cache
// hit. `node tools/test/effects/main.mjs [part of a title ...]` runs the real Nx in a scratch clone of this workspace.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rows } from './rows.mjs';
import { makeScratch, removeScratch, restore, runNx } from './scratch.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** Every proof and, with them, every host test; the EL2 stub, which no other target takes; and every board's Rumpk. */
const COMMAND = ['run-many', '-t', 'proof', 'el2-stub', 'firmware', '--outputStyle=static', '--nxBail=false'];

const listed = (ids) => (ids.length === 0 ? '    (nothing)' : ids.map((id) => `    ${id}`).join('\n'));

/** Differences between the tasks that ran and those that should have. */
function faultOf({ expected, mayFail }, { ran, status, output }) {
  const missing = expected.filter((id) => !ran.includes(id));
  const surplus = ran.filter((id) => !expected.includes(id));
  if (missing.length > 0 || surplus.length > 0) {
    return `  should have run, but did not:\n${listed(missing)}\n  ran, but should not have:\n${listed(surplus)}\n${status ? tail(output) : ''}`;
  }
  if (status !== 0 && !mayFail) return `  nx ended with status ${status}\n${tail(output)}`;
  return undefined;
}

const tail = (output) => output.trimEnd().split('\n').slice(-30).map((line) => `  | ${line}`).join('\n');

/** Runs the rows whose title has one of the patterns; the sums. */
export async function runEffects(patterns = [], print = console.log) {
  const chosen = rows.filter(({ title }) => patterns.length === 0 || patterns.some((pattern) => title.includes(pattern)));
  const sums = { passed: 0, failed: 0 };
  const scratch = await makeScratch(ROOT);
  const record = (title, fault, milliseconds) => {
    sums[fault === undefined ? 'passed' : 'failed'] += 1;
    print(`${fault === undefined ? 'ok  ' : 'FAIL'} ${title} (${(milliseconds / 1000).toFixed(1)} s)${fault === undefined ? '' : `\n${fault}`}`);
  };
  const timed = async (title, row) => {
    const started = Date.now();
    let fault;
    try {
      row.apply?.(scratch);
      fault = faultOf(row, await runNx(scratch, row.command ?? COMMAND, row.environment?.(scratch)));
    } catch (error) {
      fault = `  ${error.stack}`;
    }
    record(title, fault, Date.now() - started);
  };
  try {
    // The first run brings the clone up to date with its sources; from then on every task is a hit.
    await runNx(scratch, COMMAND);
    await timed('nothing edited: nothing runs', { expected: [] });
    for (const row of chosen) {
      await timed(row.title, row);
      await restore(scratch);
      row.afterwards?.(scratch);
    }
  } finally {
    removeScratch(scratch);
  }
  return sums;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed } = await runEffects(process.argv.slice(2));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
