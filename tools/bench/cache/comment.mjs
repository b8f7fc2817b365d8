// SPDX-License-Identifier: Apache-2.0
// A change that leaves every byte alone: from the edit to "nothing to prove".
import { edit, restore } from '../../test/effects/scratch.mjs';
import { nxSeconds, PROOF } from '../clone.mjs';
import { zigSide } from '../zig-side.mjs';

const BUDGET = 2;

export async function measureComment(bench, clone) {
  bench.say('\na comment in firmware/el2: nx run rumpk:proof-el2, which proves nothing again, against zig build');
  const zig = await zigSide(bench, clone);
  const expected = ['qemu-virt:firmware-el2-proof'];
  const found = await bench.interleaved(
    { ours: () => nxSeconds(clone, PROOF, expected), zig },
    {
      before: async (round) => {
        await restore(clone);
        edit(clone, 'firmware/el2/smccc.zig', /^(\/\/!.*\n)/m, `$1//! Measured in round ${round} at ${Date.now()}.\n`);
      },
    },
  );
  await restore(clone);
  bench.ratio('comment-only Zig edit to "nothing to prove" / zig build', found.ours, found.zig, BUDGET);
}
