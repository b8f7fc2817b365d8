// SPDX-License-Identifier: Apache-2.0
import type { Board, Cell, Range } from '@nexus-forge/devicetree';
import { hex, range, scalar } from '../yaml/flow';

/** The parts of a cell that its board and the workspace's other cells decide. */
export interface CellPlan {
  name: string;
  /** Name of the board, for people. */
  board: string;
  schema: string;
  carveOut: Range;
  ion: { ipa: number; pa: number; size: number };
  doorbell: number;
  /** Whether nobody has said that the doorbell's line is free. */
  isDoorbellGuessed: boolean;
  /** The port that the cell owns, where its kernel drives it. */
  console?: CellConsole;
  kernel?: string;
  image?: string;
  initramfs: string;
}

const GUESS = '# TODO doorbell_spi: no device of the tree has it; the manual says whether the line is free.';

/** The board's port that the cell owns, and its name in Linux. */
export interface CellConsole {
  device: string;
  tty: string;
}

/** cell.yaml. */
export function cellText(plan: CellPlan): string {
  const { ion } = plan;
  const command = [
    ...(plan.console === undefined ? [] : [`console=${plan.console.tty}`]),
    'panic=-1',
    `ion_base=0x${ion.ipa.toString(16)}`,
  ];
  const named = (['kernel', 'image'] as const).flatMap((key) =>
    plan[key] === undefined ? [] : [`${key}: ${scalar(plan[key])}`],
  );
  const doorbell = [...(plan.isDoorbellGuessed ? [GUESS] : []), `doorbell_spi: ${plan.doorbell}`].join('\n');
  return `# SPDX-License-Identifier: Apache-2.0
# yaml-language-server: $schema=${plan.schema}
#
# The manifest of the cell of ${plan.board}: all that it may see of the machine.
name: ${plan.name}
vmid: 1
cpus: 1

# Its memory; the guest sees it at the same addresses.
carve_out: ${range(plan.carveOut)}

# The ION window: where the guest sees it, and which memory that is.
ion: { ipa: ${hex(ion.ipa)}, pa: ${hex(ion.pa)}, size: ${hex(ion.size)} }
# The shared peripheral interrupt by which Rumpk rings the cell; edge triggered.
${doorbell}

# Devices of the board that stage-2 maps into the cell, by their names in board.yaml.
devices: [${['interrupt-controller', ...(plan.console === undefined ? [] : [plan.console.device])].join(', ')}]

# passthrough: the cell owns the serial port; none: the cell has no console.
console: ${plan.console === undefined ? 'none' : 'passthrough'}

command_line: ${command.join(' ')}

${[...named, `initramfs: ${scalar(plan.initramfs)}`].join('\n')}
`;
}

/** What of a board takes interrupts. */
export type InterruptUsers = Pick<Board, 'serial' | 'devices' | 'virtio_mmio' | 'claimed_spis'> & {
  gic: Pick<Board['gic'], 'spi_count'>;
};

/** The highest shared interrupt that nothing of the board has. */
export function freeSpi(board: InterruptUsers): number | undefined {
  const { gic, serial, devices = [], virtio_mmio: row, claimed_spis: claims = [] } = board;
  const runs = [
    ...[serial, ...devices].map(({ spi }) => ({ first: spi ?? -1, count: 1 })),
    ...(row === undefined ? [] : [{ first: row.first_spi, count: row.count }]),
    ...claims,
  ];
  const isFree = (spi: number) => runs.every(({ first, count }) => spi < first || spi >= first + count);
  return Array.from({ length: gic.spi_count }, (_, index) => gic.spi_count - 1 - index).find(isFree);
}

/** Ports that the cell's kernel has a driver for; one that shares its page with another device stays the host's. */
export function consoleOf({ serial }: Pick<Board, 'serial'>): CellConsole | undefined {
  const tty = serial.compatible.map((name) => TTYS[name]).find((known) => known !== undefined);
  const isAlone = serial.base % PAGE === 0 && serial.size % PAGE === 0;
  return tty !== undefined && isAlone ? { device: serial.name, tty } : undefined;
}

/** What Linux calls the first port of each driver that the reference cell's kernel has. */
const TTYS: Readonly<Record<string, string>> = {
  'arm,pl011': 'ttyAMA0',
  'cdns,uart-r1p8': 'ttyPS0',
  'cdns,uart-r1p12': 'ttyPS0',
  'xlnx,xuartps': 'ttyPS0',
};

const PAGE = 0x1000;

/** What a cell takes over from another one of the workspace. */
export type SharedKeys = Pick<Cell, 'kernel' | 'image' | 'initramfs'>;
