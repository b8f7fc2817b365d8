// SPDX-License-Identifier: Apache-2.0
// A change that leaves every byte alone: from the edit to "nothing to prove".
import { join } from 'node:path';
import { edit, restore } from '../../test/effects/scratch.mjs';
import { zigOrder } from '../orders.mjs';
import { timed } from '../run.mjs';
import { targetsOf } from '../workspace.mjs';
import { nxSeconds, PROOF } from './clone.mjs';

const BUDGET = 2;

/** A bare `zig build` of what the EL2 proof boots, with Zig's own cache; seconds. */
async function zigSide(bench, clone) {
  const { options } = (await targetsOf('qemu-virt', clone))['firmware-el2-proof'];
  const places = { prefix: join(bench.scratch, 'zig-out'), cache: join(bench.scratch, 'zig-cache') };
  const { argv, cwd, env } = await zigOrder(clone, options, places);
  return async () => (await timed(argv[0], argv.slice(1), { cwd, env })).seconds;
}

export async function measureComment(bench, clone) {
  bench.say('\na comment in firmware/el2: nx run rumpk:proof-el2, which proves nothing again, against zig build');
  const zig = await zigSide(bench, clone);
  const expected = ['qemu-virt:el2-stub', 'qemu-virt:firmware-el2-proof'];
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
