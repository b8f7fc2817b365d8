// SPDX-License-Identifier: Apache-2.0
// Where the interrupts of a tree lead, as Linux finds it (drivers/of/irq.c; Devicetree Specification 2.4).
import type { TreeNode } from './whole-tree';

/** An interrupt as the node that takes it is told of it. */
export interface Interrupt {
  controller: TreeNode;
  specifier: readonly number[];
}

/** What Linux takes where no node up to the root says it. */
const ADDRESS_CELLS = 2;

/** The interrupts that a node uses, and those that it hands on as a nexus. */
export function interruptsOf(node: TreeNode, nodes: readonly TreeNode[]): Interrupt[] {
  const parent = interruptParent(node, nodes);
  return [
    ...(parent?.interruptCells ? chunks(node.interrupts, parent.interruptCells).map((specifier) => ({ controller: parent, specifier })) : []),
    ...entries(node.interruptsExtended, 0, () => 0, nodes),
    ...entries(node.interruptMap, addressCells(node, nodes) + (node.interruptCells ?? 0), (controller) => controller.addressCells ?? 0, nodes),
  ];
}

function chunks(cells: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.floor(cells.length / size) }, (_, index) => cells.slice(index * size, (index + 1) * size));
}

/** Entries of `before` cells, a phandle, the address that the phandle's node asks for, and a specifier. */
function entries(cells: readonly number[], before: number, addressOf: (controller: TreeNode) => number, nodes: readonly TreeNode[]): Interrupt[] {
  const found: Interrupt[] = [];
  for (let at = before; at < cells.length; at += 1 + before) {
    // A phandle of 0 stands for no interrupt.
    if (cells[at] === 0) continue;
    const controller = nodes.find(({ phandle }) => phandle === cells[at]);
    // Without its lengths nobody can tell where the next entry begins.
    if (controller?.interruptCells === undefined) break;
    const from = at + 1 + addressOf(controller);
    found.push({ controller, specifier: cells.slice(from, from + controller.interruptCells) });
    at = from + controller.interruptCells - 1;
  }
  return found;
}

/** The nearest node that takes interrupts: up the tree, and to where an interrupt-parent on the way leads. */
function interruptParent(node: TreeNode, nodes: readonly TreeNode[]): TreeNode | undefined {
  let at: TreeNode | undefined = node;
  // No way without a circle is longer.
  for (let step = 0; at && step < nodes.length; step++) {
    const { interruptParent: phandle }: TreeNode = at;
    at = phandle === undefined ? parentOf(at, nodes) : nodes.find((one) => one.phandle === phandle);
    if (at?.interruptCells !== undefined) return at;
  }
  return undefined;
}

function parentOf({ path }: TreeNode, nodes: readonly TreeNode[]): TreeNode | undefined {
  const parent = path.slice(0, path.lastIndexOf('/')) || '/';
  return path === '/' ? undefined : nodes.find((one) => one.path === parent);
}

function addressCells(node: TreeNode, nodes: readonly TreeNode[]): number {
  const parent = parentOf(node, nodes);
  return node.addressCells ?? (parent ? addressCells(parent, nodes) : ADDRESS_CELLS);
}
