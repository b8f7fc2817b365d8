// SPDX-License-Identifier: Apache-2.0
// One line of a module changed: from the edit to the verdict of the proof that boots it.
import { cpSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { edit } from '../../test/effects/scratch.mjs';
import { bareBoot } from '../bare-boot.mjs';
import { makeOf, toolEnvironment } from '../orders.mjs';
import { moduleScript } from '../plain.mjs';
import { timed } from '../run.mjs';
import { targetsOf } from '../workspace.mjs';
import { betweenRounds, emptySides, proofSides, sayRatios } from './sides.mjs';

const BUDGET = 1.8;
const CHANGED = { file: 'linux-cell/modules/nexus_blk/main.c', from: 'Block bridge of a Rumpk cell' };
/** What has to run, and no more. */
const EXPECTED = ['nexus_blk:module', 'qemu-virt:cell-bundle', 'qemu-virt:proof-el2'];

/** A bare `make M=` of nexus_blk in a folder of its own, whose objects stay from round to round. */
async function makeSide(bench, clone) {
  const { options } = (await targetsOf('nexus_blk', clone)).module;
  const place = join(bench.scratch, 'module');
  const [tree, include] = [join(place, 'tree'), join(place, 'include')];
  for (const folder of [tree, include]) mkdirSync(folder, { recursive: true });
  await timed('tar', ['-xzf', join(clone, options.buildTree), '-C', tree]);
  for (const header of options.headers) cpSync(join(clone, header), join(include, basename(header)));
  for (const { source } of [options, ...options.dependencies]) cpSync(join(clone, source), join(place, source), { recursive: true });
  const symbols = options.dependencies.map(({ symvers }) => join(clone, symvers));
  const script = moduleScript({ tree, folder: join(place, options.source), include, symbols, make: await makeOf(clone) }).join('\n');
  bench.configure({ script });
  const run = async () => (await timed('sh', ['-euc', script], { env: toolEnvironment() })).seconds;
  return { place, run };
}

export async function measureModule(bench, clones) {
  bench.say('\none line of nexus_blk: nx run rumpk:proof-el2 to its verdict, against make M= and a bare QEMU');
  const make = await makeSide(bench, clones.ours);
  const qemu = await bareBoot((await targetsOf('qemu-virt', clones.ours))['proof-el2'].options, bench.scratch, clones.ours);
  const found = await bench.interleaved(
    { ...proofSides(clones, EXPECTED), make: make.run, qemu: qemu.run, ...emptySides(bench, 'module', EXPECTED) },
    {
      before: async (round) => {
        const to = `Block bridge of a cell, ${round}, ${Date.now()}`;
        await betweenRounds(clones, { ...CHANGED, to });
        edit(make.place, CHANGED.file, /Block bridge of a [^"]*/, to);
      },
    },
  );
  await betweenRounds(clones);
  const bare = found.make.map((seconds, round) => seconds + found.qemu[round]);
  sayRatios(bench, found, bare, { what: "one line of a module to its proof's verdict", against: 'make M= plus bare QEMU', budget: BUDGET });
}
