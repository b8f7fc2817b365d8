// SPDX-License-Identifier: Apache-2.0
// What Rumpk and the guest rely on in each blob: read back after dtc, so that no fragment can take it away unseen.
import type { Board } from './board';
import type { Cell } from './cell';
import { serialDevice } from './compose-board';
import { ionMemoryPath } from './compose-cell';
import { deviceName } from './compose-manifest';
import { unit } from './dts';
import { deviceNodeName } from './nodes';
import { hexCells, hexWide, type Expectation } from './read-back';
import { mappedWindows } from './windows';

const hex = (path: string, property: string, value: string): Expectation => ({ path, property, kind: 'hex', value });
const text = (path: string, property: string, value: string): Expectation => ({ path, property, kind: 'text', value });

/** Flag of binding arm,gic for an interrupt that is signalled by a rising edge. */
const EDGE_RISING = 1;
const SPI = 0;

export function boardExpectations(board: Board): Expectation[] {
  const { memory, scratch, image_address: image, stub_address: stub } = board.rumpk;
  return [
    text('/chosen', 'stdout-path', `/${deviceNodeName(serialDevice(board))}`),
    ...board.memory.map((bank) => hex(`/memory@${unit(bank.base)}`, 'reg', hexWide(bank.base, bank.size))),
    text('/nexus,board', 'board-name', board.name),
    hex('/nexus,board', 'rumpk-memory', hexWide(memory.base, memory.size)),
    hex('/nexus,board', 'scratch', hexWide(scratch.base, scratch.size)),
    hex('/nexus,board', 'image-address', hexWide(image)),
    hex('/nexus,board', 'stub-address', hexWide(stub)),
    ...(board.psci ? [text('/psci', 'method', board.psci.method)] : []),
  ];
}

export function cellExpectations(board: Board, cell: Cell): Expectation[] {
  const { base, size } = cell.carve_out;
  const window = ionMemoryPath(cell);
  const console = text('/chosen', 'stdout-path', `/${deviceNodeName(serialDevice(board))}`);
  return [
    text('/chosen', 'bootargs', cell.command_line),
    ...(cell.console === 'none' ? [] : [console]),
    hex('/chosen', 'linux,initrd-start', hexWide(0)),
    hex('/chosen', 'linux,initrd-end', hexWide(0)),
    hex(`/memory@${unit(base)}`, 'reg', hexWide(base, size)),
    text(window, 'compatible', 'nexus,ion-window'),
    hex(window, 'reg', hexWide(cell.ion.ipa, cell.ion.size)),
    hex(window, 'no-map', ''),
    text('/ion', 'compatible', 'nexus,ion'),
    hex('/ion', 'interrupts', hexCells(SPI, cell.doorbell_spi, EDGE_RISING)),
    text('/psci', 'method', 'hvc'),
  ];
}

export function manifestExpectations(board: Board, cell: Cell): Expectation[] {
  const { ipa, pa, size } = cell.ion;
  return [
    text('/cell', 'cell-name', cell.name),
    hex('/cell', 'carve-out', hexWide(cell.carve_out.base, cell.carve_out.size)),
    hex('/cell', 'ion-window', hexWide(ipa, pa, size)),
    hex('/cell', 'doorbell-spi', hexCells(cell.doorbell_spi)),
    text('/cell', 'console', cell.console),
    ...mappedWindows(board, cell).map((window) =>
      hex(`/cell/${deviceName(window)}`, 'reg-ipa-pa-size', hexWide(window.base, window.base, window.size)),
    ),
  ];
}
