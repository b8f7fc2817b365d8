// SPDX-License-Identifier: Apache-2.0
import type { Board, Device } from './board';
import { cells, node, printDts, region, strings, unit, wide, type DtsNode } from './dts';
import { cpusNode, deviceNodeName, deviceNodes, gicNode, memoryNode, psciNode, timerNode, WIDE_CELLS } from './nodes';

/** The serial port as a device whose node carries the generic name. */
export function serialDevice(board: Board): Device {
  return { node: 'serial', ...board.serial };
}

/** The host's device tree as Rumpk knows it at compile time; `includes` are fragments by path. Device tree source. */
export function composeBoard(board: Board, includes: readonly string[]): string {
  const { count } = board.cpus;
  const serial = serialDevice(board);
  const root = node(
    '/',
    {
      model: strings(board.model),
      compatible: strings(...board.compatible),
      ...WIDE_CELLS,
      'interrupt-parent': cells('&gic'),
    },
    [
      node('chosen', { 'stdout-path': strings(`/${deviceNodeName(serial)}`) }),
      nexusBoardNode(board),
      ...board.memory.map(memoryNode),
      cpusNode(board.cpus.compatible, count, board.psci !== undefined),
      ...(board.psci ? [psciNode(board.psci.method)] : []),
      timerNode(board.timer, board.gic, count),
      gicNode(board.gic, 'host', count),
      ...deviceNodes(serial),
      ...(board.devices ?? []).flatMap(deviceNodes),
      ...virtioNodes(board),
    ],
  );
  return printDts(`The host machine ${board.name}, composed from its board.yaml`, root, includes);
}

/** What only Rumpk asks for: its name for the board, and where it lives. */
function nexusBoardNode(board: Board): DtsNode {
  const { memory, scratch, image_address: image, stub_address: stub } = board.rumpk;
  return node('nexus,board', {
    'board-name': strings(board.name),
    'rumpk-memory': cells(region(memory)),
    scratch: cells(region(scratch)),
    'image-address': cells(wide(image)),
    'stub-address': cells(wide(stub)),
  });
}

/** Binding virtio,mmio; QEMU raises the interrupts of its transports as edges. */
function virtioNodes(board: Board): DtsNode[] {
  const row = board.virtio_mmio;
  if (!row) return [];
  return Array.from({ length: row.count }, (_, index) => {
    const base = row.base + index * row.stride;
    return node(`virtio_mmio@${unit(base)}`, {
      compatible: strings('virtio,mmio'),
      reg: cells(region({ base, size: row.stride })),
      interrupts: cells(`GIC_SPI ${row.first_spi + index} IRQ_TYPE_EDGE_RISING`),
    });
  });
}
