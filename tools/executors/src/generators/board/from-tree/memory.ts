// SPDX-License-Identifier: Apache-2.0
import type { Range } from '@nexus-forge/devicetree';
import { without } from '../../layout/fit';
import { seenWindows } from './addresses';
import { unknown, type Found } from './found';
import { childrenOf, isInUse, nodeAt, textOf, type SourceTree } from './tree';

/** The banks of RAM, ascending; what touches is one. */
export function memoryOf(tree: SourceTree): Found<Range[]> {
  const nodes = tree.nodes.filter((node) => textOf(node, 'device_type') === 'memory' && isInUse(node));
  const banks = joined(nodes.flatMap(seenWindows).filter(({ size }) => size > 0));
  if (banks.length > 0) return { value: banks, todos: [] };
  const where =
    nodes.length === 0 ? 'has no memory node' : `says size 0 at ${nodes.map(({ path }) => path).join(', ')}`;
  return unknown(
    'memory',
    `the tree ${where}: the boot loader fills it in; /proc/device-tree of the running board has it`,
  );
}

/** What of the banks nobody else has: neither reserved nor that page 0 which no pointer can hold. */
export function freeMemory(tree: SourceTree, banks: readonly Range[]): Range[] {
  const parent = nodeAt(tree, '/reserved-memory');
  const taken = [...tree.reserved, ...(parent === undefined ? [] : childrenOf(tree, parent).flatMap(seenWindows))];
  return taken.reduce<Range[]>((free, one) => free.flatMap((range) => without(range, one)), [...banks]);
}

function joined(ranges: readonly Range[]): Range[] {
  return [...ranges]
    .sort((a, b) => a.base - b.base)
    .reduce<Range[]>((sums, range) => {
      const last = sums.at(-1);
      if (last === undefined || last.base + last.size < range.base) return [...sums, range];
      const end = Math.max(last.base + last.size, range.base + range.size);
      return [...sums.slice(0, -1), { base: last.base, size: end - last.base }];
    }, []);
}
