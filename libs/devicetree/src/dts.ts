// SPDX-License-Identifier: Apache-2.0

/** A property's value as device tree source: quoted strings, cells in angle brackets, or nothing at all. */
export type PropertyValue = { kind: 'strings'; values: readonly string[] } | { kind: 'cells'; groups: readonly string[] } | { kind: 'flag' };

export interface DtsNode {
  /** Node name with its unit address. */
  name: string;
  label?: string;
  properties: Readonly<Record<string, PropertyValue>>;
  children: readonly DtsNode[];
}

/** A node. `label` lets others, and fragments, refer to it. */
export function node(
  name: string,
  properties: Readonly<Record<string, PropertyValue>>,
  children: readonly DtsNode[] = [],
  label?: string,
): DtsNode {
  return { name, label, properties, children };
}

export function strings(...values: string[]): PropertyValue {
  return { kind: 'strings', values };
}

/** Cells, each group in angle brackets of its own: numbers, references (`&label`) and macros. */
export function cells(...groups: (string | number)[]): PropertyValue {
  return { kind: 'cells', groups: groups.map((group) => (typeof group === 'number' ? cell(group) : group)) };
}

export const flag: PropertyValue = { kind: 'flag' };

/** One 32-bit cell. */
export function cell(value: number): string {
  return `0x${value.toString(16)}`;
}

/** A 64-bit number as two cells, high first (Devicetree Specification 2.3.5 with #address-cells 2). */
export function wide(value: number): string {
  return `${cell(Math.floor(value / 2 ** 32))} ${cell(value % 2 ** 32)}`;
}

/** Base and size, two cells each. */
export function region(range: { base: number; size: number }): string {
  return `${wide(range.base)} ${wide(range.size)}`;
}

/** The unit address of a node. */
export function unit(address: number): string {
  return address.toString(16);
}

/** Interrupt numbers and flags of the GIC binding, as macros so that the source reads like any other. */
const GIC_MACROS = [
  '#define GIC_SPI 0',
  '#define GIC_PPI 1',
  '#define IRQ_TYPE_EDGE_RISING 1',
  '#define IRQ_TYPE_LEVEL_HIGH 4',
  '#define GIC_CPU_MASK_SIMPLE(count) (((1 << (count)) - 1) << 8)',
];

/** A whole source file: the version tag, the GIC macros, the root node, then the fragments, which may amend it. */
export function printDts(comment: string, root: DtsNode, includes: readonly string[] = []): string {
  return [
    `/* ${comment} */`,
    '/dts-v1/;',
    '',
    ...GIC_MACROS,
    '',
    ...printNode(root, ''),
    ...includes.map((path) => `#include "${path}"`),
    '',
  ].join('\n');
}

function printNode(one: DtsNode, indent: string): string[] {
  const inner = `${indent}\t`;
  const properties = Object.entries(one.properties).map(([name, value]) => `${inner}${name}${printValue(value)};`);
  const children = one.children.flatMap((child) => ['', ...printNode(child, inner)]);
  const label = one.label === undefined ? '' : `${one.label}: `;
  return [`${indent}${label}${one.name} {`, ...properties, ...children, `${indent}};`];
}

function printValue(value: PropertyValue): string {
  if (value.kind === 'flag') return '';
  if (value.kind === 'strings') return ` = ${value.values.map((text) => `"${text}"`).join(', ')}`;
  return ` = ${value.groups.map((group) => `<${group}>`).join(', ')}`;
}
