// SPDX-License-Identifier: Apache-2.0
import { runTool } from '@nexus-forge/process';
import { readProperties } from './read-back';

const TIMEOUT_MS = 30_000;

/** A node of a blob with the properties that say what it is and what it claims; cells are 32-bit. */
export interface TreeNode {
  path: string;
  deviceType?: string;
  /** Absent, or `okay`, where Linux takes the node for a device. */
  status?: string;
  reg: readonly number[];
  interrupts: readonly number[];
  interruptsExtended: readonly number[];
  interruptMap: readonly number[];
  interruptParent?: number;
  interruptCells?: number;
  addressCells?: number;
  phandle?: number;
  /** What /chosen may cut the memory down to. */
  usableMemory: readonly number[];
}

const ASKED = [
  ['device_type', 'text'],
  ['status', 'text'],
  ['reg', 'hex'],
  ['interrupts', 'hex'],
  ['interrupts-extended', 'hex'],
  ['interrupt-map', 'hex'],
  ['interrupt-parent', 'hex'],
  ['#interrupt-cells', 'hex'],
  ['#address-cells', 'hex'],
  ['phandle', 'hex'],
  ['linux,usable-memory-range', 'hex'],
] as const;

async function children(fdtget: string, blob: string, path: string): Promise<string[]> {
  const { stdout } = await runTool({ command: fdtget, args: ['-l', blob, path], timeoutMs: TIMEOUT_MS, package: 'device-tree-compiler' });
  return stdout.split('\n').filter((name) => name !== '').map((name) => `${path === '/' ? '' : path}/${name}`);
}

const cellsOf = (text: string | undefined) => (text ?? '').split(' ').filter((cell) => cell !== '').map((cell) => parseInt(cell, 16));

/** Every node of a blob as fdtget tells it, parents first. */
export async function readTree(fdtget: string, blob: string): Promise<TreeNode[]> {
  const paths = ['/'];
  for (let level = ['/']; level.length > 0; paths.push(...level)) {
    level = (await Promise.all(level.map((path) => children(fdtget, blob, path)))).flat();
  }
  const asked = paths.flatMap((path) => ASKED.map(([property, kind]) => ({ path, property, kind })));
  const found = await readProperties(fdtget, blob, asked);
  return paths.map((path, index) => {
    const [deviceType, status, reg, interrupts, extended, map, parent, interruptCells, addressCells, phandle, usable] = found.slice(index * ASKED.length);
    return {
      path,
      deviceType,
      status,
      reg: cellsOf(reg),
      interrupts: cellsOf(interrupts),
      interruptsExtended: cellsOf(extended),
      interruptMap: cellsOf(map),
      interruptParent: cellsOf(parent)[0],
      interruptCells: cellsOf(interruptCells)[0],
      addressCells: cellsOf(addressCells)[0],
      phandle: cellsOf(phandle)[0],
      usableMemory: cellsOf(usable),
    };
  });
}
