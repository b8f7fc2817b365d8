// SPDX-License-Identifier: Apache-2.0
// One stage: each of its sources is spoilt, one at a time, and the stage must fail. Where it does not, the tool may not
// have read the file, or what an earlier run has left hides the edit: a run without anything kept tells which.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runExecutor } from '../../bench/workspace.mjs';
import { breakOf } from './breaks.mjs';

const LIMIT_S = 1200;
const STATE = '.nexus-forge/state';
/** A kernel from nothing takes minutes, and reads each of its sources: there an edit without effect is a fault as it is. */
const READS_ALL = new Set(['linux-image']);

/** Whether the stage succeeds in the workspace as it stands. */
async function succeeds({ id, executor, options }, root) {
  try {
    await runExecutor(executor, { target: id, options, outputDirectory: join(root, options.outputDirectory), root, limit: LIMIT_S });
    return { success: true };
  } catch (error) {
    return { success: false, output: error.message };
  }
}

/** Runs `work` while the files are spoilt; puts them back whatever happens. */
async function withSpoilt(root, files, work) {
  const originals = files.map((file) => readFileSync(join(root, file)));
  files.forEach((file, index) => writeFileSync(join(root, file), Buffer.concat([originals[index], Buffer.from(breakOf(file))])));
  try {
    return await work();
  } finally {
    files.forEach((file, index) => writeFileSync(join(root, file), originals[index]));
  }
}

/** Runs `work` without what earlier runs have kept, and gives it back afterwards. */
async function withoutState(root, work) {
  const [state, aside] = [join(root, STATE), join(root, `${STATE}-aside`)];
  if (existsSync(state)) renameSync(state, aside);
  try {
    return await work();
  } finally {
    rmSync(state, { recursive: true, force: true });
    if (existsSync(aside)) renameSync(aside, state);
  }
}

/**
 * @param run says whether the stage succeeds in the workspace as it stands.
 * @returns how many sources were noticed and how many are not read, and a line for each fault: a stage that does not even
 *   succeed as it is, a kind of file that nobody knows how to spoil, and an edit that kept state hides.
 */
export async function judgeStage(stage, root, run = succeeds) {
  const sources = stage.sources();
  const faults = sources.filter((file) => breakOf(file) === undefined).map((file) => `${file}: no way to spoil such a file is known (breaks.mjs)`);
  const asItIs = await run(stage, root);
  if (!asItIs.success) return { noticed: 0, unread: 0, faults: [`it fails without an edit: ${asItIs.output}`] };
  const unnoticed = [];
  const known = sources.filter((file) => breakOf(file) !== undefined);
  for (const file of known) {
    const { success } = await withSpoilt(root, [file], () => run(stage, root));
    if (success) unnoticed.push(file);
  }
  const hidden = READS_ALL.has(stage.executor) ? unnoticed : await hiddenAmong(stage, root, unnoticed, run);
  faults.push(...hidden.map((file) => `${file}: an edit is not seen while what an earlier run has kept is there`));
  return { noticed: known.length - unnoticed.length, unread: unnoticed.length - hidden.length, faults };
}

/** Of files that can be spoilt without effect, those that do have one when nothing is kept: halves until each is found. */
async function hiddenAmong(stage, root, files, run) {
  if (files.length === 0) return [];
  const { success } = await withSpoilt(root, files, () => withoutState(root, () => run(stage, root)));
  if (success) return [];
  if (files.length === 1) return files;
  const middle = files.length >> 1;
  return [...(await hiddenAmong(stage, root, files.slice(0, middle), run)), ...(await hiddenAmong(stage, root, files.slice(middle), run))];
}
