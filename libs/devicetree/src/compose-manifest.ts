// SPDX-License-Identifier: Apache-2.0
import type { Board } from './board';
import type { Cell } from './cell';
import { cells, node, printDts, region, strings, wide } from './dts';
import { WIDE_CELLS } from './nodes';
import { mappedWindows } from './windows';

/** The cell's manifest as Rumpk reads it at run time. Device tree source. */
export function composeManifest(board: Board, cell: Cell): string {
  const { ipa, pa, size } = cell.ion;
  const devices = mappedWindows(board, cell).map((window) =>
    node(`device-${window.name}`, {
      'device-name': strings(window.name),
      'reg-ipa-pa-size': cells(`${wide(window.base)} ${wide(window.base)} ${wide(window.size)}`),
    }),
  );
  const manifest = node(
    'cell',
    {
      compatible: strings('nexus,cell'),
      'cell-name': strings(cell.name),
      vmid: cells(cell.vmid),
      cpus: cells(cell.cpus),
      'carve-out': cells(region(cell.carve_out)),
      'ion-window': cells(`${wide(ipa)} ${wide(pa)} ${wide(size)}`),
      'doorbell-spi': cells(cell.doorbell_spi),
      console: strings(cell.console),
    },
    devices,
  );
  const root = node('/', { ...WIDE_CELLS }, [manifest]);
  return printDts(`Manifest of the cell ${cell.name} for Rumpk, composed from cell.yaml and board.yaml`, root);
}
