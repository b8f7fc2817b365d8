// SPDX-License-Identifier: Apache-2.0
// `npx nx run nexus-forge:sources`: no stage passes with a source that was spoilt since it last ran. Every source that a stage
// declares is spoilt in turn, in a scratch clone that has everything earlier runs keep.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endAll } from '../../bench/run.mjs';
import { ROOT, runNx } from '../../bench/workspace.mjs';
import { makeScratch, removeScratch } from '../effects/scratch.mjs';
import { judgeStage } from './judge.mjs';
import { stagesOf } from './stages.mjs';

const OUTPUT = 'dist/nexus-forge/sources';
/** Scratch of other tools: nothing that a stage keeps. */
const OF_OTHERS = ['.nexus-forge/bench', '.nexus-forge/mutate', '.nexus-forge/scratch'];
const SIGNALS = { SIGINT: 2, SIGTERM: 15 };
const USAGE = `npx nx run nexus-forge:sources [--only=PROJECT:TARGET,…] [--list] [--help]

Spoils each source that a stage declares, one at a time, and runs the stage: it must fail. Where it does not, it must not
fail without kept state either: then its tool does not read the file. Result: ${OUTPUT}/result.json.

  --only  stages; default all, which takes long
  --list  the stages with the number of their sources, and nothing is run`;

function chosen(stages, only) {
  if (only === undefined) return stages;
  const unknown = only.filter((id) => !stages.some((stage) => stage.id === id));
  if (unknown.length > 0) throw new Error(`no such stage: ${unknown.join(', ')}; expected some of ${stages.map(({ id }) => id).join(', ')}`);
  return stages.filter(({ id }) => only.includes(id));
}

async function judgeAll(stages, scratch) {
  const results = [];
  for (const stage of stages) {
    const started = performance.now();
    const result = { id: stage.id, ...(await judgeStage(stage, scratch)), seconds: 0 };
    result.seconds = Math.round((performance.now() - started) / 100) / 10;
    results.push(result);
    console.log(`${result.faults.length === 0 ? 'ok  ' : 'FAIL'} ${stage.id}: ${result.noticed} sources noticed, ${result.unread} not read (${result.seconds} s)`);
    for (const fault of result.faults) console.log(`     ${fault}`);
    mkdirSync(join(ROOT, OUTPUT), { recursive: true });
    writeFileSync(join(ROOT, OUTPUT, 'result.json'), `${JSON.stringify(results, null, 2)}\n`);
  }
  return results;
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' }, help: { type: 'boolean' } }, strict: true });
  if (values.help) return console.log(USAGE);
  const scratch = await makeScratch(ROOT, { without: OF_OTHERS });
  process.once('exit', () => removeScratch(scratch));
  for (const [name, number] of Object.entries(SIGNALS)) process.once(name, () => void endAll().finally(() => process.exit(128 + number)));
  const stages = chosen(await stagesOf(scratch), values.only?.split(','));
  if (values.list) return stages.forEach((stage) => console.log(`${stage.id.padEnd(34)} ${stage.sources().length}`));
  console.log(`${stages.length} stages; first everything is brought up to date`);
  await runNx(['run-many', '-t', ...new Set(stages.map(({ id }) => id.split(':')[1])), '-p', ...new Set(stages.map(({ id }) => id.split(':')[0]))], { root: scratch });
  const results = await judgeAll(stages, scratch);
  const failed = results.filter(({ faults }) => faults.length > 0).length;
  console.log(`\n=== Sources: ${results.length - failed}/${results.length} stages see every edit ===`);
  if (failed > 0) process.exitCode = 1;
}

main().catch((error) => {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
});
