// SPDX-License-Identifier: Apache-2.0
import { ForgeError, runTool } from '@nexus-forge/process';
import type { DeviceTreeTools } from '../evidence/probe';
import { hex } from '../value';

const TOOL_LIMIT_MS = 10_000;

/** A property of a node. */
export type Query = readonly [node: string, property: string];

/** A flattened device tree on the host, read by fdtget: one program for all properties that are asked for together. */
export class TreeFile {
  constructor(
    private readonly file: string,
    private readonly tools: DeviceTreeTools,
  ) {}

  /** Names of the nodes below a node. */
  async nodes(parent: string): Promise<string[]> {
    return (await this.run('-l', this.file, parent)).split('\n').filter(Boolean);
  }

  /** The cells of properties, 32 bits each. */
  async cells(queries: readonly Query[]): Promise<bigint[][]> {
    const lines = await this.properties('x', queries);
    return lines.map((line) => line.split(' ').map((cell) => BigInt(`0x${cell}`)));
  }

  /** The strings of properties, none of which has a space in it. */
  async texts(queries: readonly Query[]): Promise<string[][]> {
    return (await this.properties('s', queries)).map((line) => line.split(' '));
  }

  private async properties(type: 'x' | 's', queries: readonly Query[]): Promise<string[]> {
    const lines = (await this.run('-t', type, this.file, ...queries.flat())).split('\n').slice(0, queries.length);
    const empty = queries.find((_, index) => lines[index] === '' || lines[index] === undefined);
    if (empty) throw new ForgeError(`the tree has no value for ${empty.join(' ')}`, { at: { file: this.file } });
    return lines;
  }

  private async run(...args: string[]): Promise<string> {
    const { stdout } = await runTool({ command: this.tools.fdtget, args, timeoutMs: TOOL_LIMIT_MS, package: 'device-tree-compiler' });
    return stdout;
  }
}

/** Numbers of two cells each, in hexadecimal. */
export function wides(cells: readonly bigint[]): string[] {
  return Array.from({ length: cells.length >> 1 }, (_, index) => hex(((cells[2 * index] as bigint) << 32n) | (cells[2 * index + 1] as bigint)));
}
