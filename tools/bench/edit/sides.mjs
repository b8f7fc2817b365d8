// SPDX-License-Identifier: Apache-2.0
// The sides of a round that prove an edit: this workspace, and another checkout of it if there is one.
import { join } from 'node:path';
import { edit, restore } from '../../test/effects/scratch.mjs';
import { nxSeconds, PROOF, provedSeconds } from '../clone.mjs';
import { makeEmptyChain } from '../plain-workspace.mjs';
import { runNx } from '../workspace.mjs';

/** In this workspace just `expected` must run; another one may have other stages on the way. */
export function proofSides({ ours, beside }, expected) {
  return {
    ours: () => nxSeconds(ours, PROOF, expected),
    ...(beside && { beside: () => provedSeconds(beside, PROOF, expected.at(-1)) }),
  };
}

/** Takes the last edit back in every clone, and makes the next one if there is one. */
export async function betweenRounds(clones, next) {
  for (const clone of Object.values(clones)) {
    await restore(clone);
    if (next) edit(clone, next.file, next.from, next.to);
  }
}

/** Tasks of Nx that do nothing, as many as `expected` has and a single one: what their shape costs by itself. */
export function emptySides(bench, name, expected) {
  const side = (length) => {
    const root = join(bench.scratch, `${name}-${length}`);
    const chain = makeEmptyChain(root, length);
    return async () => (await runNx(chain, { root })).seconds;
  };
  return { empty: side(expected.length), one: side(1) };
}

/** Says the ratios of an edit: `bare` is the sum of the bare steps of each round. */
export function sayRatios(bench, found, bare, { what, against, budget }) {
  const plus = (tasks) => bare.map((seconds, round) => seconds + tasks[round]);
  bench.ratio('the same bare sum, with a single task by Nx that does nothing / the bare sum', plus(found.one), bare);
  bench.ratio('the same bare sum, with as many tasks by Nx that do nothing / the bare sum', plus(found.empty), bare);
  bench.ratio(`${what} / ${against}`, found.ours, bare, budget);
  if (found.beside) bench.ratio('the same in the other checkout / the same bare sum', found.beside, bare);
}
