// SPDX-License-Identifier: Apache-2.0
import type { Range } from '@nexus-forge/devicetree';

export const MIB = 2 ** 20;
/** What stage-2 maps in one piece, and what the arm64 boot protocol aligns an Image to. */
export const BLOCK = 2 * MIB;
/** Guest-physical addresses have 39 bits, and a cell sees its memory at the memory's own address. */
export const CELL_END = 2 ** 39;

/** The lowest aligned place of a size in a range that shares nothing with `avoided`. */
export function firstFit(range: Range, size: number, avoided: readonly Range[]): Range | undefined {
  // What lies below the first boundary is lost, but for a range that only lacks the lowest pages.
  const first = range.base < BLOCK ? 0 : aligned(range.base);
  const starts = [first, ...avoided.map((one) => aligned(one.base + one.size))]
    .filter((base) => base >= first)
    .sort((a, b) => a - b);
  const base = starts.find(
    (start) =>
      start + size <= range.base + range.size &&
      avoided.every((one) => start + size <= one.base || start >= one.base + one.size),
  );
  return base === undefined ? undefined : { base, size };
}

function aligned(address: number): number {
  return Math.ceil(address / BLOCK) * BLOCK;
}

/** What of a range is left. */
export function without(range: Range, taken: Range): Range[] {
  const [end, takenEnd] = [range.base + range.size, taken.base + taken.size];
  if (taken.size === 0 || taken.base >= end || takenEnd <= range.base) return [range];
  const parts = [
    { base: range.base, size: taken.base - range.base },
    { base: takenEnd, size: end - takenEnd },
  ];
  return parts.filter(({ size }) => size > 0);
}
