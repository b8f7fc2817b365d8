// SPDX-License-Identifier: Apache-2.0
import type { Board } from './board';
import type { Cell } from './cell';
import { cells, node, printDts, region, strings, unit, wide } from './dts';
import { WIDE_CELLS } from './nodes';
import { mappedWindows, type DeviceWindow } from './windows';

/** Node name of a device window in the manifest. */
export function deviceName(window: DeviceWindow): string {
  return `device@${unit(window.base)}`;
}

/**
 * The cell's manifest as Rumpk reads it at run time. Device tree source. `reg` repeats where the guest sees a device:
 * a node with a unit address has one (Devicetree Specification 2.2.1.1).
 */
export function composeManifest(board: Board, cell: Cell): string {
  const { ipa, pa, size } = cell.ion;
  const devices = mappedWindows(board, cell).map((window) =>
    node(deviceName(window), {
      'device-name': strings(window.name),
      reg: cells(region(window)),
      'reg-ipa-pa-size': cells(`${wide(window.base)} ${wide(window.base)} ${wide(window.size)}`),
    }),
  );
  const manifest = node(
    'cell',
    {
      ...WIDE_CELLS,
      compatible: strings('nexus,cell'),
      'cell-name': strings(cell.name),
      vmid: cells(cell.vmid),
      'cpu-count': cells(cell.cpus),
      'carve-out': cells(region(cell.carve_out)),
      'ion-window': cells(`${wide(ipa)} ${wide(pa)} ${wide(size)}`),
      'doorbell-spi': cells(cell.doorbell_spi),
      console: strings(cell.console),
    },
    devices,
  );
  const head = { model: strings(`nexus,${cell.name}`), compatible: strings('nexus,cell-manifest') };
  const root = node('/', { ...head, ...WIDE_CELLS }, [manifest]);
  return printDts(`Manifest of the cell ${cell.name} for Rumpk, composed from cell.yaml and board.yaml`, root);
}
