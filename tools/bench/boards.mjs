// SPDX-License-Identifier: Apache-2.0
// What many boards cost: nothing to do, everything of theirs built from nothing, all their proofs; in a scratch clone.
import { makeScratch, removeScratch } from '../test/effects/scratch.mjs';
import { benchmark } from './benchmark.mjs';
import { measureBuild } from './boards/build.mjs';
import { measureNothing } from './boards/nothing.mjs';
import { measureProofs } from './boards/proofs.mjs';
import { ALL_PROOFS } from './clone.mjs';
import { ROOT, runNx } from './workspace.mjs';

async function boardsOf(clone) {
  const { output } = await runNx(['show', 'projects', '--with-target=device-tree', '--json'], { root: clone });
  return JSON.parse(output.slice(output.indexOf('['), output.lastIndexOf(']') + 1)).sort();
}

await benchmark('boards', 3, async (bench) => {
  bench.say('laying out a scratch clone, and bringing it up to date');
  const clone = await makeScratch(ROOT);
  bench.onEnd(() => removeScratch(clone));
  await runNx(ALL_PROOFS, { root: clone });
  const boards = await boardsOf(clone);
  bench.configure({ boards });
  bench.say(`${boards.length} boards: ${boards.join(', ')}`);
  await measureNothing(bench, clone);
  await measureBuild(bench, clone, boards);
  await measureProofs(bench, clone, boards);
});
