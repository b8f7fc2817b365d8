// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { Roots } from '../../graph/roots';

/** Where the first files of a workspace lie, workspace-relative. */
export interface StarterPlaces {
  board: string;
  cell: string;
  abi: string;
  /** Folder that the packages of firmware are in. */
  firmware: string;
  /** A kernel that says hello, and the proof that it does. */
  kernel: readonly string[];
  proof: string;
}

const KERNEL = ['build.zig', 'head.S', 'kernel.ld', 'kernel.zig'];

/** Places that the graph looks at: the usual ones, where no folder is named for the kind of file. */
export function starterPlaces({ boards, cells, bindings, firmware, proofs }: Roots): StarterPlaces {
  const [abi = '.'] = bindings;
  const [packages = '.'] = firmware;
  return {
    board: posix.join(boards[0] ?? '.', 'qemu-virt/board.yaml'),
    cell: posix.join(cells[0] ?? '.', 'linux-cell/cell.yaml'),
    abi: abi === '.' ? 'libs/ion-abi/ion-abi.yaml' : posix.join(abi, 'ion-abi.yaml'),
    firmware: packages,
    kernel: KERNEL.map((file) => posix.join(packages, 'kernel', file)),
    proof: posix.join(proofs[0] ?? '.', 'hello.proof.yaml'),
  };
}
