// SPDX-License-Identifier: Apache-2.0
// Interrupts of nodes as the GIC numbers them, wherever a tree says them.
import { interruptsOf, type TreeNode } from '@nexus-forge/devicetree';
import { cellOf, cellsOf, textOf, type SourceNode, type SourceTree } from './tree';

export interface Wire {
  kind: 'spi' | 'ppi';
  number: number;
  trigger: 'level' | 'edge';
}

/** First cell of an interrupt specifier of the GIC's bindings (arm,gic, arm,gic-v3), in three cells as in four. */
const KINDS: Readonly<Record<number, Wire['kind']>> = { 0: 'spi', 1: 'ppi' };
/** Bits of the third cell: rising or falling edge. */
const EDGES = 0x3;

/** Says which wires of the GIC at `gicPath` a node uses, or hands on as a nexus. */
export function wiresOf(tree: SourceTree, gicPath: string): (node: SourceNode) => Wire[] {
  const nodes = tree.nodes.map(treeNode);
  const byPath = new Map(nodes.map((node) => [node.path, node]));
  return ({ path }) => {
    const node = byPath.get(path);
    const interrupts = node === undefined ? [] : interruptsOf(node, nodes);
    return interrupts
      .filter(({ controller }) => controller.path === gicPath)
      .flatMap(({ specifier }) => wire(specifier));
  };
}

function wire([kind, number, flags]: readonly number[]): Wire[] {
  const known = kind === undefined ? undefined : KINDS[kind];
  if (known === undefined || number === undefined || flags === undefined) return [];
  return [{ kind: known, number, trigger: (flags & EDGES) !== 0 ? 'edge' : 'level' }];
}

function treeNode(node: SourceNode): TreeNode {
  return {
    path: node.path,
    deviceType: textOf(node, 'device_type'),
    status: textOf(node, 'status'),
    reg: cellsOf(node, 'reg'),
    interrupts: cellsOf(node, 'interrupts'),
    interruptsExtended: cellsOf(node, 'interrupts-extended'),
    interruptMap: cellsOf(node, 'interrupt-map'),
    interruptParent: cellOf(node, 'interrupt-parent'),
    interruptCells: cellOf(node, '#interrupt-cells'),
    addressCells: cellOf(node, '#address-cells'),
    phandle: cellOf(node, 'phandle'),
    usableMemory: cellsOf(node, 'linux,usable-memory-range'),
  };
}
