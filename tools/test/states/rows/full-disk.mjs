// SPDX-License-Identifier: Apache-2.0
// A disk that is full in the middle of a run: a clear error, nothing half-written, and once there is room the run is right.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startNx } from '../../effects/scratch.mjs';
import { differences, digestsOf, rubbishIn } from '../outputs.mjs';
import { PROJECTS } from '../place.mjs';
import { leftRunning } from '../processes.mjs';
import { noSmallDisk, smallDisk } from '../small-disk.mjs';

const END_LIMIT_MS = 5000;

/** Each: the folder that gets a disk of its own, with room for less than the task writes there. */
const DISKS = [
  { what: 'small outputs', folder: 'dist/ion-abi', roomKib: 20, task: 'ion-abi:generate' },
  { what: 'large outputs', folder: 'dist/qemu-virt', roomKib: 2048, task: 'qemu-virt:cell-bundle' },
  // Of the many files in that folder each is reckoned a page more than it has, and most of that is room too.
  { what: "a proof's evidence", folder: 'dist/qemu-virt', roomKib: -30, task: 'qemu-virt:proof-default' },
  { what: "a proof's scratch files", folder: '../tmp', roomKib: 256, task: 'qemu-virt:proof-default' },
  { what: "Zig's kept state", folder: '.nexus-forge/state/zig', roomKib: 2048, task: 'qemu-virt:el2-stub', empty: true },
  { what: "kbuild's kept state", folder: '.nexus-forge/state/kbuild', roomKib: 16384, task: 'nexus_ion:module', empty: true },
];

const skip = noSmallDisk();

async function fill(place, { folder, roomKib, task, empty }) {
  const { scratch, right } = place;
  const path = join(scratch, folder);
  if (empty) rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  const disk = await smallDisk(scratch, path, roomKib);
  const run = async () => startNx(scratch, ['run', task, '--excludeTaskDependencies', '--skip-nx-cache', '--outputStyle=static'], { within: disk.within }).ended;
  const wrong = () => differences(right, digestsOf(join(disk.root, scratch), PROJECTS));
  try {
    const full = await run();
    const faults = [
      ...(full.status === 0 ? ['the run passed'] : []),
      ...(full.output.includes(`the disk is full\n  expected: room in ${path}`) ? [] : ['the error does not say which disk is full:', full.output]),
      ...wrong(),
      ...rubbishIn(join(disk.root, scratch)),
    ];
    disk.makeRoom();
    const { status, ran, output } = await run();
    if (status !== 0 || ran.join() !== task) faults.push(`with room again: status ${status}, ran ${ran.join()}`, output);
    faults.push(...wrong(), ...(await leftRunning(dirname(scratch), END_LIMIT_MS)));
    if (faults.length > 0) throw new Error(faults.join('\n'));
  } finally {
    disk.remove();
  }
}

export const rows = DISKS.map((disk) => ({
  title: `a full disk for ${disk.what}`,
  skip: () => skip,
  harm: (place) => fill(place, disk),
  ran: [],
}));
