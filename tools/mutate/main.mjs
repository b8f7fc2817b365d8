// SPDX-License-Identifier: Apache-2.0
// `npx nx run nexus-forge:mutate`: makes one wrong edit after the other in a copy of the workspace, and shows that the test or
// check which the table names notices it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { library, ROOT } from '../bench/workspace.mjs';
import { judgesOf } from './judges.mjs';
import { isGood, outcomeOf, rowLine, scoreOf, summary } from './score.mjs';
import { chosen, edited, loadTables } from './table.mjs';
import { makeTree, withEdit } from './tree.mjs';

const OUTPUT = 'dist/nexus-forge/mutate';
const TREES = '.nexus-forge/mutate';
const LOCK_LIMIT_MS = 2000;
const USAGE = `npx nx run nexus-forge:mutate [--only=PART,ID,…] [--jobs=N] [--list] [--help]

Makes each edit of proofs/mutations/*.yaml in a copy of the workspace, builds and runs what must notice it, and prints
the matrix and the score. Result: ${OUTPUT}/result.json.

  --only  names of parts (files of the table) or ids of rows
  --jobs  rows at a time; default 2
  --list  the rows, and nothing is run`;

const { values } = parseArgs({
  options: { only: { type: 'string' }, jobs: { type: 'string', default: '2' }, list: { type: 'boolean' }, help: { type: 'boolean' } },
  // Nx hands its own flags on as they come.
  strict: true,
});

/** What decides whether a judge is the same program again: a proof is one for all its checks. */
const suiteOf = (name) => (name.startsWith('proof:') ? name.split('/')[0] : name);

/** The judges of a row say of the sources as they are that all is well, or there is nothing that a row could show. */
async function control(notice, shown, { judge, renew }) {
  const wanted = notice.filter((name) => !name.startsWith('build:') && !shown.has(suiteOf(name)));
  for (const name of wanted) {
    shown.add(suiteOf(name));
    renew();
    const { verdict, by } = await judge(name);
    if (verdict !== 'passed' || (name.startsWith('proof:') && by !== 'all green')) throw new Error(`${name} does not pass without an edit: ${verdict} ${by ?? ''}`);
  }
}

async function judgeRow(row, tree, shown, { judge, renew }) {
  await control(row.notice, shown, { judge, renew });
  const started = performance.now();
  const judged = await withEdit(tree, row.file, (text) => edited(row, text), async () => {
    renew();
    const said = {};
    for (const name of row.notice) said[name] = await judge(name);
    return said;
  });
  const { id, part, does, file, beyond } = row;
  return { id, part, does, file, ...(beyond && { beyond }), outcome: outcomeOf(row, judged), judged, seconds: Math.round((performance.now() - started) / 100) / 10 };
}

async function run(rows) {
  const { acquireLock } = library('libs/state/src/lock.ts');
  const release = await acquireLock(join(ROOT, TREES, 'lock'), { timeoutMs: LOCK_LIMIT_MS });
  const stop = new AbortController();
  const cancel = () => stop.abort();
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, cancel);
  const jobs = Math.max(1, Math.min(Number(values.jobs), rows.length));
  const trees = Array.from({ length: jobs }, (_, index) => makeTree(ROOT, join(ROOT, TREES, String(index))));
  const results = new Array(rows.length);
  const started = performance.now();
  try {
    console.log(`${rows.length} edits, ${jobs} at a time; each test and proof once without an edit`);
    const queue = [...rows.entries()];
    const shown = new Set();
    await Promise.all(trees.map(async (tree) => {
      const judges = judgesOf(tree, stop.signal);
      for (let next = queue.shift(); next; next = queue.shift()) {
        stop.signal.throwIfAborted();
        const [at, row] = next;
        results[at] = await judgeRow(row, tree, shown, judges);
        console.log(rowLine(results[at]));
        record(results.filter(Boolean), started);
      }
    }));
  } finally {
    stop.abort();
    release();
  }
  return results;
}

/** What is known so far, for programs. */
function record(results, started) {
  mkdirSync(join(ROOT, OUTPUT), { recursive: true });
  const known = { score: scoreOf(results), seconds: Math.round((performance.now() - started) / 1000), results };
  writeFileSync(join(ROOT, OUTPUT, 'result.json'), `${JSON.stringify(known, null, 2)}\n`);
}

async function main() {
  if (values.help) return console.log(USAGE);
  const rows = chosen(loadTables(ROOT), values.only?.split(',').filter(Boolean));
  if (values.list) {
    for (const { id, part, does, notice } of rows) console.log(`${part.padEnd(12)} ${id.padEnd(34)} ${does}  [${notice.join(', ')}]`);
    return;
  }
  const results = await run(rows);
  console.log(`\n${summary(results).join('\n')}`);
  if (!isGood(results)) process.exitCode = 1;
}

main().catch((error) => {
  console.error(`error: ${error.message}`);
  process.exit(1);
});
