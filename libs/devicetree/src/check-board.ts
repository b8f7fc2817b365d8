// SPDX-License-Identifier: Apache-2.0
import { basename, dirname } from 'node:path';
import type { Fault } from '@nexus-forge/config';
import { coresOf, memoryMib } from '@nexus-forge/qemu';
import type { LoadedBoard } from './board';
import { INTERRUPT_CONTROLLER } from './windows';

/** Faults inside a board file: its name, its device names, and a QEMU machine that is not the board described. */
export function boardFaults(board: LoadedBoard): Fault[] {
  return [...nameFaults(board), ...deviceNameFaults(board), ...qemuFaults(board)];
}

function nameFaults(board: LoadedBoard): Fault[] {
  const folder = basename(dirname(board.file));
  if (folder === board.value.name) return [];
  return [{ at: board.placeOf(['name']), summary: 'the board is not named like its folder', expected: folder, found: board.value.name }];
}

/** Names that the interrupt controller and its windows have taken. */
const TAKEN = [INTERRUPT_CONTROLLER, 'gicd', 'gicc', 'gicr', 'gich', 'gicv'];

function deviceNameFaults(board: LoadedBoard): Fault[] {
  const { serial, devices = [] } = board.value;
  const named = [{ name: serial.name, path: ['serial', 'name'] }, ...devices.map(({ name }, index) => ({ name, path: ['devices', index, 'name'] }))];
  return named.flatMap(({ name, path }, index) => {
    const taken = TAKEN.includes(name) || named.slice(0, index).some((other) => other.name === name);
    return taken ? [{ at: board.placeOf(path), summary: `the device name ${name} stands twice`, expected: 'a name of its own', found: name }] : [];
  });
}

/** Rumpk stops at boot on a machine that differs from its board; saying it here costs no boot. */
function qemuFaults(board: LoadedBoard): Fault[] {
  const { qemu, memory, cpus, gic } = board.value;
  if (!qemu) return [];
  const others = qemu.other_cpus ?? 0;
  const rules: [path: string[], found: unknown, expected: number, what: string][] = [
    [['qemu', 'memory_mib'], qemu.memory_mib, memoryMib(memory), 'the memory above, in MiB'],
    [['qemu', 'cpus'], qemu.cpus, coresOf({ cpus }, others), others > 0 ? 'cpus.count and qemu.other_cpus' : 'cpus.count'],
    [['qemu', 'options', 'gic-version'], qemu.options?.['gic-version'], gic.version, 'gic.version'],
  ];
  const differing = rules
    .filter(([, found, expected]) => found !== undefined && String(found) !== String(expected))
    .map(([path, found, expected, what]) => ({
      at: board.placeOf(path),
      summary: `${path.join('.')} is not ${what}`,
      expected: String(expected),
      found: String(found),
    }));
  return [...unevenFaults(board), ...differing];
}

/** QEMU takes whole MiB, for each node. */
function unevenFaults({ value: { memory, qemu }, placeOf }: LoadedBoard): Fault[] {
  const { memory_mib: mib = memoryMib(memory), memory_nodes: nodes = 1 } = qemu ?? {};
  if (!Number.isInteger(mib)) {
    const expected = 'banks that are together a whole number of MiB';
    return [{ at: placeOf(['memory']), summary: 'QEMU takes memory in whole MiB', expected, found: `${mib} MiB` }];
  }
  if (mib % nodes === 0) return [];
  const summary = 'the memory cannot be divided among qemu.memory_nodes in whole MiB';
  const expected = `a number of nodes that divides ${mib}`;
  return [{ at: placeOf(['qemu', 'memory_nodes']), summary, expected, found: String(nodes) }];
}
