// SPDX-License-Identifier: Apache-2.0
// The sides of a round that prove an edit: this workspace, and another checkout of it if there is one.
import { edit, restore } from '../../test/effects/scratch.mjs';
import { nxSeconds, PROOF, provedSeconds } from '../clone.mjs';

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
