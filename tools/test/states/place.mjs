// SPDX-License-Identifier: Apache-2.0
// The scratch clone that the rows share, and the tasks they look at.
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeScratch, removeScratch, runNx } from '../effects/scratch.mjs';
import { digestsOf } from './outputs.mjs';

/** Projects whose outputs are compared; the Linux ones come from the cache. */
export const PROJECTS = ['ion-abi', 'linux-image', 'mutant', 'nexus_ion', 'qemu-virt', 'rumpk'];

const many = (targets, projects) => ['run-many', '-t', ...targets, '-p', ...projects, '--outputStyle=static', '--nxBail=false'];

/** One task of each kind that takes seconds. */
export const EVERYTHING = many(
  ['generate', 'device-tree', 'el2-stub', 'firmware', 'test', 'cell-bundle', 'proof-default'],
  ['ion-abi', 'mutant', 'qemu-virt', 'rumpk'],
);

/** What can be made again, without any cache, in a few seconds. */
export const SMALL = {
  command: many(['generate', 'device-tree', 'el2-stub'], ['ion-abi', 'qemu-virt']),
  ran: ['ion-abi:generate', 'qemu-virt:device-tree', 'qemu-virt:el2-stub'],
};

/** The same for everything but Linux. */
export const WITHOUT_LINUX = {
  command: many(['generate', 'device-tree', 'el2-stub', 'firmware', 'test', 'proof-default'], ['ion-abi', 'mutant', 'qemu-virt', 'rumpk']),
  ran: [...SMALL.ran, 'qemu-virt:firmware', 'qemu-virt:proof-default', 'rumpk:test', 'mutant:test'].sort(),
};

/** A scratch clone, brought up to date: from then on every task is a hit. */
export async function makePlace(root) {
  const scratch = await makeScratch(root, { without: ['dist', '.nexus-forge'] });
  const { status, output } = await runNx(scratch, EVERYTHING);
  if (status !== 0) {
    removeScratch(scratch);
    throw new Error(`the outputs could not be made:\n${output}`);
  }
  return { scratch, right: digestsOf(scratch, PROJECTS), saved: join(dirname(scratch), 'saved') };
}

export async function stopDaemon({ scratch }) {
  await runNx(scratch, ['daemon', '--stop'], { NX_DAEMON: 'true' });
}

export async function removePlace(place) {
  await stopDaemon(place);
  removeScratch(place.scratch);
}

/** Keeps Nx's cache and database aside; what gives them back. */
export function keepCache({ scratch, saved }) {
  const own = join(scratch, '.nx');
  execFileSync('cp', ['-a', own, saved]);
  return () => {
    rmSync(own, { recursive: true, force: true });
    renameSync(saved, own);
  };
}

/** Turns one byte of a file over. */
export function flipByte(path, offset) {
  const bytes = readFileSync(path);
  bytes[offset] ^= 0xff;
  writeFileSync(path, bytes);
}
