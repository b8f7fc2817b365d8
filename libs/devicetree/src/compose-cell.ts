// SPDX-License-Identifier: Apache-2.0
import type { Board } from './board';
import type { Cell } from './cell';
import { serialDevice } from './compose-board';
import { cells, flag, node, printDts, region, strings, unit, wide, type DtsNode } from './dts';
import { cpusNode, deviceNodeName, deviceNodes, gicNode, memoryNode, psciNode, timerNode, WIDE_CELLS } from './nodes';

/** Path of the reserved-memory node of the ION window in the cell's tree. */
export function ionMemoryPath(cell: Cell): string {
  return `/reserved-memory/ion@${unit(cell.ion.ipa)}`;
}

/**
 * The device tree that the guest is given; `includes` are fragments by path. Device tree source.
 * Where the initramfs ends up is not known here: both ends are 64-bit places that Rumpk fills in as they are.
 */
export function composeCell(board: Board, cell: Cell, includes: readonly string[]): string {
  const root = node(
    '/',
    {
      model: strings(`nexus,${cell.name}`),
      compatible: strings(`nexus,${cell.name}`, 'nexus,guest'),
      ...WIDE_CELLS,
      'interrupt-parent': cells('&gic'),
    },
    [
      chosenNode(board, cell),
      memoryNode(cell.carve_out),
      reservedMemoryNode(cell),
      cpusNode(board.cpus.compatible, cell.cpus, true),
      psciNode('hvc'),
      timerNode(board.timer, board.gic, cell.cpus),
      gicNode(board.gic, 'guest', cell.cpus),
      ...(cell.console === 'none' ? [] : deviceNodes(serialDevice(board))),
      ...passedDevices(board, cell),
      ionNode(cell),
    ],
  );
  return printDts(`The cell ${cell.name} on ${board.name}, composed from cell.yaml and board.yaml`, root, includes);
}

function chosenNode(board: Board, cell: Cell): DtsNode {
  const console: Record<string, ReturnType<typeof strings>> =
    cell.console === 'none' ? {} : { 'stdout-path': strings(`/${deviceNodeName(serialDevice(board))}`) };
  return node('chosen', {
    bootargs: strings(cell.command_line),
    ...console,
    'linux,initrd-start': cells(wide(0)),
    'linux,initrd-end': cells(wide(0)),
  });
}

/** docs/bindings/nexus,ion-window.yaml */
function reservedMemoryNode(cell: Cell): DtsNode {
  const { ipa, size } = cell.ion;
  const window = node(
    `ion@${unit(ipa)}`,
    { compatible: strings('nexus,ion-window'), reg: cells(region({ base: ipa, size })), 'no-map': flag },
    [],
    'ion_window',
  );
  return node('reserved-memory', { ...WIDE_CELLS, ranges: flag }, [window]);
}

/** docs/bindings/nexus,ion.yaml */
function ionNode(cell: Cell): DtsNode {
  return node('ion', {
    compatible: strings('nexus,ion'),
    'memory-region': cells('&ion_window'),
    interrupts: cells(`GIC_SPI ${cell.doorbell_spi} IRQ_TYPE_EDGE_RISING`),
  });
}

function passedDevices(board: Board, cell: Cell): DtsNode[] {
  return (board.devices ?? []).filter((device) => cell.devices.includes(device.name)).flatMap(deviceNodes);
}
