// SPDX-License-Identifier: Apache-2.0
import { DRIVEN_UARTS, drivenAs, GIC_VERSIONS } from '@nexus-forge/firmware';
import { ForgeError } from '@nexus-forge/process';
import type { Datum } from '../value';
import { CORES } from './cores';
import type { Description } from './described';
import { TreeFile, wides } from './tree-file';

const BOARD = '/nexus,board';

/** The only node below the root with such a name, or the first of several. */
function nodeCalled(names: readonly string[], name: string, file: string): string {
  const found = names.find((known) => known.startsWith(`${name}@`));
  if (found === undefined) throw new ForgeError(`the board's tree has no node ${name}`, { at: { file } });
  return `/${found}`;
}

/** board.dtb: the machine as Rumpk knows it, and where Rumpk lives in it (compose-board.ts). */
export const BOARD_TREE: Description = {
  values: [
    'ram.base',
    'ram.size',
    'rumpk.memory.base',
    'rumpk.memory.size',
    'rumpk.scratch.base',
    'rumpk.scratch.size',
    'rumpk.image',
    'rumpk.stub',
    'serial.base',
    'serial.compatible',
    'gic.distributor',
    'gic.compatible',
    'gic.version',
    'cpu.compatible',
    'cpu.midr',
    'cpu.pa_range',
    'cpu.pmcr',
    'cpu.count',
    'virtio.transports',
  ],
  lists: [],
  async read(file, tools) {
    const tree = new TreeFile(file, tools);
    const [names, cores, [stdout]] = await Promise.all([
      tree.nodes('/'),
      tree.nodes('/cpus'),
      tree.texts([['/chosen', 'stdout-path']]),
    ]);
    const serial = stdout?.[0]?.split(':')[0] as string;
    const gic = nodeCalled(names, 'interrupt-controller', file);
    const [numbers, texts] = await Promise.all([
      tree.cells([
        [nodeCalled(names, 'memory', file), 'reg'],
        [BOARD, 'rumpk-memory'],
        [BOARD, 'scratch'],
        [BOARD, 'image-address'],
        [BOARD, 'stub-address'],
        [serial, 'reg'],
        [gic, 'reg'],
      ]),
      tree.texts([
        [serial, 'compatible'],
        [gic, 'compatible'],
        [`/cpus/${cores[0]}`, 'compatible'],
      ]),
    ]);
    const [ram, memory, scratch, image, stub, uart, distributor] = numbers.map(wides) as [string[], string[], string[], string[], string[], string[], string[]];
    const known = [DRIVEN_UARTS, Object.keys(GIC_VERSIONS), Object.keys(CORES)];
    const driven = known.map((strings, index) => drivenAs(texts[index] as string[], strings));
    const [serialCompatible, gicCompatible, cpuCompatible] = driven as [string, string, string];
    const values: Record<string, Datum | undefined> = {
      'ram.base': ram[0],
      'ram.size': ram[1],
      'rumpk.memory.base': memory[0],
      'rumpk.memory.size': memory[1],
      'rumpk.scratch.base': scratch[0],
      'rumpk.scratch.size': scratch[1],
      'rumpk.image': image[0],
      'rumpk.stub': stub[0],
      'serial.base': uart[0],
      'serial.compatible': serialCompatible,
      'gic.distributor': distributor[0],
      'gic.compatible': gicCompatible,
      'gic.version': GIC_VERSIONS[gicCompatible],
      'cpu.compatible': cpuCompatible,
      'cpu.midr': CORES[cpuCompatible]?.midr,
      'cpu.pa_range': CORES[cpuCompatible]?.pa_range,
      'cpu.pmcr': CORES[cpuCompatible]?.pmcr,
      'cpu.count': String(cores.length),
      'virtio.transports': String(names.filter((name) => name.startsWith('virtio_mmio@')).length),
    };
    const found = Object.entries(values).filter((entry): entry is [string, Datum] => entry[1] !== undefined);
    return { values: new Map(found), lists: new Map() };
  },
};
