// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { Roots } from '../../graph/roots';

/** Where the first files of a workspace lie, workspace-relative. */
export interface StarterPlaces {
  board: string;
  cell: string;
  abi: string;
  /** Folder that the packages of firmware will be in. */
  firmware: string;
}

/** Places that the graph looks at: the usual ones, where no folder is named for the kind of file. */
export function starterPlaces({ boards, cells, bindings, firmware }: Roots): StarterPlaces {
  const [abi = '.'] = bindings;
  return {
    board: posix.join(boards[0] ?? '.', 'qemu-virt/board.yaml'),
    cell: posix.join(cells[0] ?? '.', 'linux-cell/cell.yaml'),
    abi: abi === '.' ? 'libs/ion-abi/ion-abi.yaml' : posix.join(abi, 'ion-abi.yaml'),
    firmware: firmware[0] ?? '.',
  };
}
