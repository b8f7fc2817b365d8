// SPDX-License-Identifier: Apache-2.0
import type { DescribedRange, Description } from './described';
import { TreeFile, wides } from './tree-file';

const CELL = '/cell';

/** manifest.dtb: what the cell is given (compose-manifest.ts). `cell.devices` are the device windows that stage-2 maps. */
export const CELL_MANIFEST: Description = {
  values: [
    'cell.vmid',
    'cell.cpus',
    'cell.doorbell_spi',
    'cell.console',
    'carve_out.base',
    'carve_out.size',
    'carve_out.kib',
    'ion.ipa',
    'ion.pa',
    'ion.size',
  ],
  lists: ['cell.devices'],
  async read(file, tools) {
    const tree = new TreeFile(file, tools);
    const devices = await tree.nodes(CELL);
    const [numbers, texts] = await Promise.all([
      tree.cells([
        [CELL, 'vmid'],
        [CELL, 'cpu-count'],
        [CELL, 'doorbell-spi'],
        [CELL, 'carve-out'],
        [CELL, 'ion-window'],
        ...devices.map((name) => [`${CELL}/${name}`, 'reg-ipa-pa-size'] as const),
      ]),
      tree.texts([[CELL, 'console'], ...devices.map((name) => [`${CELL}/${name}`, 'device-name'] as const)]),
    ]);
    const [[vmid], [cpus], [doorbell], carveOut, ion, ...windows] = numbers as [bigint[], bigint[], bigint[], bigint[], bigint[], ...bigint[][]];
    const [console, ...deviceNames] = texts.map(([first]) => first) as [string, ...string[]];
    const [carveOutBase, carveOutSize] = wides(carveOut) as [string, string];
    const [ipa, pa, size] = wides(ion) as [string, string, string];
    const list = windows.map((cells, index): DescribedRange => {
      const [from, to, bytes] = wides(cells) as [string, string, string];
      return { name: deviceNames[index] as string, ipa: from, pa: to, base: to, size: bytes, memory: 'device', access: 'rw', execute: false };
    });
    return {
      values: new Map([
        ['cell.vmid', String(vmid)],
        ['cell.cpus', String(cpus)],
        ['cell.doorbell_spi', String(doorbell)],
        ['cell.console', console],
        ['carve_out.base', carveOutBase],
        ['carve_out.size', carveOutSize],
        ['carve_out.kib', String(BigInt(carveOutSize) >> 10n)],
        ['ion.ipa', ipa],
        ['ion.pa', pa],
        ['ion.size', size],
      ]),
      lists: new Map([['cell.devices', list]]),
    };
  },
};
