// SPDX-License-Identifier: Apache-2.0
// Where a cell lies in the memory that a board's Rumpk leaves.
import type { Range } from '@nexus-forge/devicetree';
import { BLOCK, CELL_END, firstFit, MIB } from './fit';

export interface CellPlaces {
  carveOut: Range;
  /** The memory of its ION window. */
  ion: Range;
}

/** Sizes of a cell's memory, the best first. */
const SIZES = [256 * MIB, 128 * MIB, 64 * MIB];

/** The least that is needed, beside the ION window. */
export const LEAST_CELL = Math.min(...SIZES);

/** The largest cell that the free ranges hold; `window` is where it sees its ION window. */
export function cellPlacesIn(free: readonly Range[], window: Range): CellPlaces | undefined {
  const ranges = free.flatMap(usable);
  for (const size of SIZES) {
    const carveOut = firstOf(ranges, size, [window]);
    const ion = carveOut && firstOf(ranges, window.size, [carveOut]);
    if (carveOut !== undefined && ion !== undefined) return { carveOut, ion };
  }
  return undefined;
}

function firstOf(ranges: readonly Range[], size: number, avoided: readonly Range[]): Range | undefined {
  return ranges.map((range) => firstFit(range, size, avoided)).find((found) => found !== undefined);
}

/** A guest has no address for what lies higher, and its memory begins where no pointer is 0. */
function usable({ base, size }: Range): Range[] {
  const [first, end] = [Math.max(base, BLOCK), Math.min(base + size, CELL_END)];
  return end > first ? [{ base: first, size: end - first }] : [];
}
