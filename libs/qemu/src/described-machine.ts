// SPDX-License-Identifier: Apache-2.0
import type { Machine } from './machine';

const MEBIBYTE = 2 ** 20;
/** Machines with the option `gic-version`, of every version: `virt`, `virt-7.2`. */
const WITH_GIC_OPTION = /^virt(-|$)/;
const GIC_OPTION = 'gic-version';

/** The `qemu:` section as it is written: what the rest of its board.yaml says may be left out. */
export type DescribedMachine = Omit<Machine, 'cpus' | 'memory_mib'> & Partial<Pick<Machine, 'cpus' | 'memory_mib'>>;

/** What the rest of a board.yaml says of the machine; sizes in bytes. */
export interface BoardFacts {
  cpus?: { count: number };
  memory?: readonly { size: number }[];
  gic?: { version: number };
}

/** A value of the section that nothing gives: neither the section nor the rest of the board. */
export interface Unsaid {
  key: 'cpus' | 'memory_mib';
  /** What would give it. */
  from: string;
}

/** The memory of a board in MiB; a fraction where it is no whole number of them. */
export function memoryMib(memory: readonly { size: number }[]): number {
  return memory.reduce((sum, { size }) => sum + size, 0) / MEBIBYTE;
}

/** How many cores a machine has: those of the board, and those of another kind. */
export function coresOf({ cpus }: Required<Pick<BoardFacts, 'cpus'>>, others = 0): number {
  return cpus.count + others;
}

/**
 * The machine that plays a board: cores, memory and the interrupt controller's version are the board's where the
 * section doesn't say them.
 */
export function machineOfBoard(described: DescribedMachine, board: BoardFacts): Machine | Unsaid {
  const cpus = described.cpus ?? (board.cpus && coresOf({ cpus: board.cpus }, described.other_cpus));
  if (cpus === undefined) return { key: 'cpus', from: 'cpus.count' };
  const memory_mib = described.memory_mib ?? (board.memory && memoryMib(board.memory));
  if (memory_mib === undefined) return { key: 'memory_mib', from: 'memory' };
  return { ...described, ...optionsOf(described, board), cpus, memory_mib };
}

function optionsOf({ machine, options }: DescribedMachine, { gic }: BoardFacts): Pick<Machine, 'options'> {
  if (gic === undefined || !WITH_GIC_OPTION.test(machine) || options?.[GIC_OPTION] !== undefined) return {};
  return { options: { ...options, [GIC_OPTION]: gic.version } };
}
