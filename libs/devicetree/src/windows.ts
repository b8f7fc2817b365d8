// SPDX-License-Identifier: Apache-2.0
import type { Board, Range } from './board';
import type { Cell } from './cell';

/** A device window of the board that a cell may ask for. */
export interface DeviceWindow extends Range {
  name: string;
  /** The name by which a cell asks for it; the windows of the interrupt controller share one. */
  device: string;
  /** Where in board.yaml the window is described. */
  path: (string | number)[];
}

/** By this name a cell gets the windows that a driver of the board's GIC version needs. */
export const INTERRUPT_CONTROLLER = 'interrupt-controller';

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
    ...own.flatMap(([name, range, key]) => (range ? [{ name, device: INTERRUPT_CONTROLLER, ...range, path: ['gic', key] }] : [])),
    { name: serial.name, device: serial.name, base: serial.base, size: serial.size, path: ['serial'] },
    ...devices.map(({ name, base, size }, index) => ({ name, device: name, base, size, path: ['devices', index] })),
  ];
}

/** The windows of the devices that the cell's manifest names, in the board's order. */
export function mappedWindows(board: Board, cell: Cell): DeviceWindow[] {
  return deviceWindows(board).filter((window) => cell.devices.includes(window.device));
}
