// SPDX-License-Identifier: Apache-2.0
// Where a node's registers are for the CPU: `reg` through the `ranges` of every bus above it (Devicetree Specification,
// 2.3).
import type { Range } from '@nexus-forge/devicetree';
import { cellOf, cellsOf, type SourceNode } from './tree';

/** What holds where a node does not say it (2.3.5). */
const DEFAULT_CELLS = { address: 2, size: 1 };

/** The windows of a node as the CPU sees them; undefined for one that the CPU does not see. */
export function windowsOf(node: SourceNode): (Range | undefined)[] {
  const bus = node.parent;
  if (bus === undefined) return [];
  const [address, size] = [addressCells(bus), sizeCells(bus)];
  return groups(cellsOf(node, 'reg'), address + size).map((entry) => {
    const range = { base: wide(entry.slice(0, address)), size: wide(entry.slice(address)) };
    const base = throughBuses(range, bus);
    return base === undefined ? undefined : { base: Number(base), size: Number(range.size) };
  });
}

/** The windows that the CPU sees. */
export function seenWindows(node: SourceNode): Range[] {
  return windowsOf(node).filter((window) => window !== undefined);
}

function throughBuses({ base, size }: { base: bigint; size: bigint }, bus: SourceNode): bigint | undefined {
  let at: bigint | undefined = base;
  for (let node: SourceNode = bus; node.parent !== undefined && at !== undefined; node = node.parent)
    at = throughRanges(at, size, node, node.parent);
  return at;
}

/** One bus up: without `ranges` nothing is seen from above, with an empty one all of it as it is. */
function throughRanges(base: bigint, size: bigint, bus: SourceNode, above: SourceNode): bigint | undefined {
  if (!bus.properties.has('ranges')) return undefined;
  const cells = cellsOf(bus, 'ranges');
  if (cells.length === 0) return base;
  const [inner, outer, extent] = [addressCells(bus), addressCells(above), sizeCells(bus)];
  const entries = groups(cells, inner + outer + extent).map((entry) => ({
    inner: wide(entry.slice(0, inner)),
    outer: wide(entry.slice(inner, inner + outer)),
    size: wide(entry.slice(inner + outer)),
  }));
  const found = entries.find((entry) => base >= entry.inner && base + size <= entry.inner + entry.size);
  return found === undefined ? undefined : found.outer + (base - found.inner);
}

function addressCells(bus: SourceNode): number {
  return cellOf(bus, '#address-cells') ?? DEFAULT_CELLS.address;
}

function sizeCells(bus: SourceNode): number {
  return cellOf(bus, '#size-cells') ?? DEFAULT_CELLS.size;
}

function groups(cells: readonly number[], size: number): number[][] {
  return size === 0
    ? []
    : Array.from({ length: Math.floor(cells.length / size) }, (_, index) =>
        cells.slice(index * size, (index + 1) * size),
      );
}

/** A number of several cells, high first. */
export function wide(cells: readonly number[]): bigint {
  return cells.reduce((sum, one) => (sum << 32n) | BigInt(one), 0n);
}
