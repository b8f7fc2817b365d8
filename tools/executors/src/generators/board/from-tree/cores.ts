// SPDX-License-Identifier: Apache-2.0
import type { Board } from '@nexus-forge/devicetree';
import { wide } from './addresses';
import { unknown, type Found, type Todo } from './found';
import { cellsOf, childrenOf, compatibleWith, isInUse, nodeAt, textOf, type SourceNode, type SourceTree } from './tree';

/** What board.yaml takes; the schema's limits stand there. */
const MOST_CORES = 8;

export function coresOf(tree: SourceTree): Found<Board['cpus']> {
  const cpus = cpuNodes(tree);
  const kinds = [...new Set(cpus.flatMap((cpu) => textOf(cpu, 'compatible') ?? []))];
  const [first] = kinds;
  if (first === undefined)
    return unknown(
      'cpus',
      cpus.length === 0 ? 'the tree has no cpu nodes' : `the tree has ${cpus.length} cores and does not say which`,
    );
  const ids = cpus.map((cpu) => wide(cellsOf(cpu, 'reg')));
  const todos: Todo[] = [
    ...(kinds.length > 1 ? [{ key: 'cpus.compatible', why: `the cores are not alike: ${kinds.join(', ')}` }] : []),
    ...(ids.some((id, index) => id !== BigInt(index))
      ? [
          {
            key: 'cpus.count',
            why: `the cores are numbered ${ids.map((id) => `0x${id.toString(16)}`).join(', ')}; expected 0, 1, …`,
          },
        ]
      : []),
    ...(cpus.length > MOST_CORES
      ? [{ key: 'cpus.count', why: `the tree has ${cpus.length} cores; a board has at most ${MOST_CORES}` }]
      : []),
  ];
  return { value: { compatible: first, count: Math.min(cpus.length, MOST_CORES) }, todos };
}

/** How the firmware below is asked (bindings arm,psci), and what starts the cores where it is another way. */
export function psciOf(tree: SourceTree): Found<NonNullable<Board['psci']>> {
  const node = compatibleWith(tree, ['arm,psci-1.0', 'arm,psci-0.2']).find(isInUse);
  const method = node && textOf(node, 'method');
  const todos =
    method === 'hvc'
      ? [{ key: 'psci', why: 'hvc is answered at EL2, where Rumpk is: was the tree made without EL2?' }]
      : [];
  if (method === 'smc' || method === 'hvc') return { value: { method }, todos };
  const ways = [...new Set(cpuNodes(tree).flatMap((cpu) => textOf(cpu, 'enable-method') ?? []))];
  const started = ways.length > 0 ? ` (its cores start by ${ways.join(', ')})` : '';
  return unknown('psci', `the tree has no PSCI 0.2 or later${started}; leave it out where there is none`);
}

function cpuNodes(tree: SourceTree): SourceNode[] {
  const parent = nodeAt(tree, '/cpus');
  return parent === undefined ? [] : childrenOf(tree, parent).filter((node) => node.name === 'cpu' && isInUse(node));
}
