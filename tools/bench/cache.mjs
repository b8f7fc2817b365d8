// SPDX-License-Identifier: Apache-2.0
// What the graph adds to the work itself: nothing to do, and nothing to prove, in a scratch clone.
import { makeScratch, removeScratch } from '../test/effects/scratch.mjs';
import { benchmark } from './benchmark.mjs';
import { ALL_PROOFS } from './clone.mjs';
import { measureComment } from './cache/comment.mjs';
import { measureNothing } from './cache/nothing.mjs';
import { ROOT, runNx } from './workspace.mjs';

await benchmark('cache', 5, async (bench) => {
  bench.say('laying out a scratch clone, and bringing it up to date');
  const clone = await makeScratch(ROOT);
  bench.onEnd(() => removeScratch(clone));
  await runNx(ALL_PROOFS, { root: clone });
  await measureNothing(bench, clone);
  await measureComment(bench, clone);
});
