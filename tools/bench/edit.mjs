// SPDX-License-Identifier: Apache-2.0
// From an edit to its verdict, in a scratch clone: a line of the EL2 stub, and a line of a module.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeScratch, removeScratch } from '../test/effects/scratch.mjs';
import { benchmark } from './benchmark.mjs';
import { PROOF } from './clone.mjs';
import { measureFirmware } from './edit/firmware.mjs';
import { measureModule } from './edit/module.mjs';
import { ROOT, runNx } from './workspace.mjs';

/** A scratch clone of the workspace at `root`, in which the EL2 proof has nothing left to do. */
async function upToDate(bench, root) {
  const clone = await makeScratch(root);
  bench.onEnd(() => removeScratch(clone));
  await runNx(PROOF, { root: clone });
  return clone;
}

/** The folder of another checkout, from where the user stands; Nx starts this program at the workspace's root. */
function workspaceAt(path) {
  const root = resolve(process.env.INIT_CWD ?? process.cwd(), path);
  if (existsSync(join(root, 'nx.json')) && existsSync(join(root, 'node_modules'))) return root;
  throw new RangeError(`--beside=${path}: expected a checkout of this workspace in which npm run proof has been run; found no nx.json and node_modules in ${root}`);
}

await benchmark(
  'edit',
  5,
  async (bench) => {
    const other = bench.options.beside && workspaceAt(bench.options.beside);
    bench.say('laying out a scratch clone, and bringing it up to date');
    const clones = { ours: await upToDate(bench, ROOT), ...(other && { beside: await upToDate(bench, other) }) };
    await measureFirmware(bench, clones);
    await measureModule(bench, clones);
  },
  { beside: 'FOLDER (another checkout of this workspace, ready, to measure in the same rounds)' },
);
