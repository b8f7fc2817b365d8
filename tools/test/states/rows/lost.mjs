// SPDX-License-Identifier: Apache-2.0
// Outputs, caches and state that went away or were meddled with between two runs.
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { edit, runNx } from '../../effects/scratch.mjs';
import { EVERYTHING, flipByte, SMALL, WITHOUT_LINUX } from '../place.mjs';

const DTB = 'dist/qemu-virt/device-tree/cell.dtb';
const IMAGE = 'dist/qemu-virt/firmware/rumpk.img';

const remove = (...paths) => ({ scratch }) => paths.forEach((path) => rmSync(join(scratch, path), { recursive: true }));

/** Each: what is done to the scratch clone; afterwards every task must be a hit, with and without the daemon. */
const MEDDLED = [
  ['a deleted output', remove(DTB)],
  ['a deleted output folder', remove('dist/mutant/test')],
  ['all outputs deleted', remove('dist')],
  ['an output with another byte', ({ scratch }) => flipByte(join(scratch, IMAGE), 4096)],
  ['a truncated output', ({ scratch }) => truncateSync(join(scratch, IMAGE), 100)],
  [
    'a file too many in an output folder',
    ({ scratch }) => {
      writeFileSync(join(scratch, 'dist/qemu-virt/firmware/left-over'), 'x');
      mkdirSync(join(scratch, 'dist/mutant/test/old'));
      writeFileSync(join(scratch, 'dist/mutant/test/old/results.json'), 'x');
    },
  ],
];

const meddled = [false, true].flatMap((daemon) =>
  MEDDLED.map(([title, harm]) => ({ title: `${title}, ${daemon ? 'with' : 'without'} the daemon`, harm, daemon, ran: [] })),
);

const GENERATE = ['run', 'ion-abi:generate', '--outputStyle=static'];

/** Turns a byte over in what Nx has stored last for a task that makes `output`; the next run must notice, and make it anew. */
async function spoilStored({ scratch }, output) {
  appendFileSync(join(scratch, 'libs/ion-abi/ion-abi.yaml'), '# One line for the cache.\n');
  await runNx(scratch, GENERATE);
  const cache = join(scratch, '.nx/cache');
  const stored = readdirSync(cache).map((entry) => join(cache, entry, output)).filter((path) => existsSync(path));
  const [newest] = stored.sort((one, other) => statSync(dirname(other)).ctimeMs - statSync(dirname(one)).ctimeMs);
  flipByte(newest, 100);
  const { status, output: said, ran } = await runNx(scratch, GENERATE);
  if (status !== 0 || ran.join() !== 'ion-abi:generate' || !said.includes('a stored result of ion-abi:generate has changed since it was stored')) {
    throw new Error(`the changed result was served: status ${status}, ran ${ran.join()}\n${said}`);
  }
}

export const rows = [
  ...meddled,
  {
    title: 'an output with another byte is not what a dependent uses',
    harm: ({ scratch }) => {
      flipByte(join(scratch, IMAGE), 4096);
      edit(scratch, 'proofs/default-boot.proof.yaml', 'title: exception level\n', 'title: the exception level\n');
    },
    keepEdits: true,
    ran: ['qemu-virt:proof-default'],
    sameBytes: (file) => !file.startsWith('qemu-virt/proof-default/'),
    also: ({ scratch, right }) => {
      const { inputs } = JSON.parse(readFileSync(join(scratch, 'dist/qemu-virt/proof-default/evidence.json'), 'utf8'));
      if (inputs[0].sha256 !== right.get('qemu-virt/firmware/rumpk.img')) throw new Error(`proved with ${JSON.stringify(inputs)}`);
    },
  },
  {
    title: 'a file too many in the output folder of a task that runs is not stored',
    harm: async ({ scratch }) => {
      writeFileSync(join(scratch, 'dist/ion-abi/generate/left-over'), 'x');
      appendFileSync(join(scratch, 'libs/ion-abi/ion-abi.yaml'), '# One more line.\n');
      const { ran } = await runNx(scratch, EVERYTHING);
      if (ran.join() !== 'ion-abi:generate,qemu-virt:device-tree') throw new Error(`ran ${ran.join()}`);
      rmSync(join(scratch, 'dist/ion-abi/generate'), { recursive: true });
    },
    keepEdits: true,
    ran: [],
  },
  {
    title: 'a result that has changed in the cache is not served',
    harm: (place) => spoilStored(place, 'dist/ion-abi/generate/ion_abi.h'),
    keepEdits: true,
    command: GENERATE,
    ran: [],
  },
  { title: 'what the stages keep is gone', harm: remove('.nexus-forge'), ran: [] },
  {
    title: "the plugin's own notes are damaged",
    harm: ({ scratch }) => {
      const folder = join(scratch, '.nexus-forge');
      const notes = readdirSync(folder).filter((name) => name.endsWith('.json'));
      if (notes.length < 3) throw new Error(`only ${notes.join()}`);
      notes.forEach((name, index) => (index % 2 ? truncateSync(join(folder, name), 100) : writeFileSync(join(folder, name), '[]')));
    },
    ran: [],
  },
  { title: 'nx reset', harm: ({ scratch }) => runNx(scratch, ['reset']), ...WITHOUT_LINUX, losesCache: true },
  { title: "Nx's cache folder is gone", harm: remove('.nx/cache'), ...SMALL, losesCache: true },
  { title: "Nx's database is gone", harm: remove('.nx/workspace-data'), ...SMALL, losesCache: true },
];
