// SPDX-License-Identifier: Apache-2.0
// A device tree as it was read: nodes with their properties' bytes (Devicetree Specification 2.2).

export interface SourceNode {
  /** `/` for the root. */
  path: string;
  /** Name without the unit address. */
  name: string;
  parent?: SourceNode;
  properties: ReadonlyMap<string, Buffer>;
}

export interface SourceTree {
  /** Every node, parents first. */
  nodes: readonly SourceNode[];
  /** What the tree reserves outside its nodes (/memreserve/). */
  reserved: readonly { base: number; size: number }[];
}

/** 32-bit cells of a property; none where it is absent. */
export function cellsOf(node: SourceNode, property: string): number[] {
  const bytes = node.properties.get(property);
  return bytes === undefined
    ? []
    : Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readUInt32BE(index * 4));
}

/** One cell of a property. */
export function cellOf(node: SourceNode, property: string): number | undefined {
  return cellsOf(node, property)[0];
}

/** The strings of a property; none where it is absent. */
export function textsOf(node: SourceNode, property: string): string[] {
  const text = node.properties.get(property)?.toString('latin1');
  return text === undefined ? [] : text.replace(/\0$/, '').split('\0');
}

export function textOf(node: SourceNode, property: string): string | undefined {
  return textsOf(node, property)[0];
}

export function rootOf(tree: SourceTree): SourceNode | undefined {
  return tree.nodes[0];
}

export function nodeAt(tree: SourceTree, path: string): SourceNode | undefined {
  return tree.nodes.find((node) => node.path === path);
}

export function nodeOf(tree: SourceTree, phandle: number | undefined): SourceNode | undefined {
  return phandle === undefined ? undefined : tree.nodes.find((node) => cellOf(node, 'phandle') === phandle);
}

/** The nodes with one of these compatible strings, in the order of the tree. */
export function compatibleWith(tree: SourceTree, names: readonly string[]): SourceNode[] {
  return tree.nodes.filter((node) => textsOf(node, 'compatible').some((name) => names.includes(name)));
}

/** Whether a node is a device in use: `status` absent or okay (2.3.4). */
export function isInUse(node: SourceNode): boolean {
  return ['okay', 'ok', undefined].includes(textOf(node, 'status'));
}

export function childrenOf(tree: SourceTree, parent: SourceNode): SourceNode[] {
  return tree.nodes.filter((node) => node.parent === parent);
}
