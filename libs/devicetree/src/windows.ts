// SPDX-License-Identifier: Apache-2.0
import type { Board, Range } from './board';
import type { Cell } from './cell';

/** A device window of the board that a cell may ask for. */
export interface DeviceWindow extends Range {
  name: string;
  /** Where in board.yaml the window is described. */
  path: (string | number)[];
}

/**
 * Every window a cell may be given, by name. The controller's virtualisation windows are not among them: GICH
 * would hand the guest Rumpk's own list registers.
 */
export function deviceWindows(board: Board): DeviceWindow[] {
  const { gic, serial, devices = [] } = board;
  const own: [string, Range | undefined, string][] = [
    ['gicd', gic.distributor, 'distributor'],
    ['gicc', gic.cpu_interface, 'cpu_interface'],
    ['gicr', gic.redistributor, 'redistributor'],
  ];
  return [
    ...own.flatMap(([name, range, key]) => (range ? [{ name, ...range, path: ['gic', key] }] : [])),
    { name: serial.name, base: serial.base, size: serial.size, path: ['serial'] },
    ...devices.map(({ name, base, size }, index) => ({ name, base, size, path: ['devices', index] })),
  ];
}

/** The windows that the cell's manifest names, in the board's order. */
export function mappedWindows(board: Board, cell: Cell): DeviceWindow[] {
  return deviceWindows(board).filter((window) => cell.devices.includes(window.name));
}
