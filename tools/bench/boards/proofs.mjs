// SPDX-License-Identifier: Apache-2.0
// All boards proved, everything else being up to date, against the same machines booted bare.
import { availableParallelism } from 'node:os';
import { edit, restore } from '../../test/effects/scratch.mjs';
import { bareBoot } from '../bare-boot.mjs';
import { nxSeconds } from '../clone.mjs';
import { targetsOf } from '../workspace.mjs';

const BUDGET = 1.2;
/** Targets, and the files that say them. */
const PROOFS = { 'proof-default': 'proofs/default-boot.proof.yaml', 'proof-el2': 'proofs/el2-staged-eret.proof.yaml' };

export async function measureProofs(bench, clone, boards) {
  const names = Object.keys(PROOFS);
  const cores = availableParallelism();
  bench.say(`\n${names.join(' and ')} of all boards, against their bare QEMU runs one after the other, divided by ${cores}`);
  const expected = boards.flatMap((board) => names.map((name) => `${board}:${name}`));
  const boots = [];
  for (const board of boards) {
    const targets = await targetsOf(board, clone);
    for (const name of names) boots.push(await bareBoot(targets[name].options, bench.scratch, clone));
  }
  const found = await bench.interleaved(
    {
      ours: () => nxSeconds(clone, ['run-many', '-t', ...names, '-p', ...boards, '--outputStyle=static'], expected),
      bare: async () => {
        let seconds = 0;
        for (const boot of boots) seconds += await boot.run();
        return seconds / cores;
      },
    },
    {
      before: async (round) => {
        await restore(clone);
        for (const file of Object.values(PROOFS)) edit(clone, file, /^(#.*\n)/, `$1# Measured in round ${round} at ${Date.now()}.\n`);
      },
    },
  );
  await restore(clone);
  bench.ratio('all boards proved / their bare QEMU runs, on as many cores', found.ours, found.bare, BUDGET);
}
