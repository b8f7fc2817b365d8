// SPDX-License-Identifier: Apache-2.0
// A workspace of three boards, so that there are three tasks of one executor, with the real dtc.
import { readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Elsewhere } from './workspace';

const REPOSITORY = join(__dirname, '..', '..', '..');

export const BOARDS = ['first', 'second', 'third'];
export const RUN = ['run-many', '-t', 'device-tree', '--outputStyle=static'];
/** What Nx says when it runs the three as a batch. */
export const AS_A_BATCH = 'Running 3 tasks with @nexus-forge/nx:device-tree';

const original = (file: string) => readFileSync(join(REPOSITORY, file), 'utf8');

/** A board like the reference board, without the bindings, which take a kernel source. */
export const boardText = (name: string) =>
  original('apps/qemu-virt/board.yaml')
    .replace(/^name: .*$/m, `name: ${name}`)
    .replace(/^cell: .*$/m, 'cell: cell/cell.yaml')
    .replace(/^bindings:.*\n/m, '');

export function placeOfThreeBoards(): Elsewhere {
  const place = new Elsewhere();
  for (const folder of ['apps/virt', 'proofs']) rmSync(join(place.root, folder), { recursive: true });
  for (const name of BOARDS) place.write(`apps/${name}/board.yaml`, boardText(name));
  const cell = original('linux-cell/cell.yaml').replace('kernel: linux-image', 'kernel: kernel');
  place.write('cell/cell.yaml', cell.replace(/^initramfs: .*$/m, 'initramfs: linux-init:initramfs/initramfs.cpio.gz'));
  place.write('libs/ion-abi/ion-abi.yaml', original('libs/ion-abi/ion-abi.yaml'));
  return place;
}

/** Puts a dtc that only does what `script` says before the real one; the search path with it. */
export function withDtc(place: Elsewhere, script: string): string {
  place.write('bin/dtc', `#!/bin/sh\n[ "$1" = --version ] && echo "Version: DTC 1.6.1" && exit 0\n${script}\n`, 0o755);
  return `${join(place.root, 'bin')}${delimiter}${process.env['PATH']}`;
}

export const outputs = (place: Elsewhere, name: string) => join(place.root, 'dist', name, 'device-tree');
