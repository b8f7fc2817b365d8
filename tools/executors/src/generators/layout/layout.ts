// SPDX-License-Identifier: Apache-2.0
// Where Rumpk and its cell lie in the memory of a board that has not said it yet.
import type { Board, Range } from '@nexus-forge/devicetree';
import { BLOCK, CELL_END, firstFit, MIB } from './fit';

export interface Layout {
  rumpk: Board['rumpk'];
  /** The cell's memory and that of its ION window. */
  carveOut: Range;
  ion: Range;
}

/** Below it: page 0, which no pointer can hold, and what boot loaders leave there. */
const LOWEST = MIB;
const STUB_OFFSET = 0x1000;

type Part = 'rumpk' | 'scratch' | 'cell' | 'ion';

/**
 * Sizes in MiB for banks of at least as many, in the order in which they are placed. A boot loader puts the cell's
 * bundle in the middle of a small bank, or 128 MiB from the start of a large one (QEMU, hw/arm/boot.c): that must not
 * be the scratch memory. The first row is the reference board's.
 */
const SIZES: readonly (readonly (readonly [Part, number])[])[] = [
  [
    ['rumpk', 128],
    ['cell', 256],
    ['scratch', 112],
    ['ion', 16],
  ],
  [
    ['rumpk', 64],
    ['scratch', 48],
    ['cell', 128],
    ['ion', 16],
  ],
  [
    ['rumpk', 16],
    ['scratch', 32],
    ['cell', 64],
    ['ion', 16],
  ],
];

/** The least that a bank needs. */
export const LEAST_BANK = Math.min(...SIZES.map((parts) => parts.reduce((sum, [, size]) => sum + size, 0))) * MIB;

/** The first free range that holds all of it, with as much as fits. `window` is where a guest sees its ION window. */
export function layoutIn(free: readonly Range[], window: Range): Layout | undefined {
  for (const range of free) {
    for (const sizes of SIZES) {
      const found = place(range, sizes, window);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function place(range: Range, sizes: (typeof SIZES)[number], window: Range): Layout | undefined {
  const taken: Range[] = [];
  const placed = new Map<Part, Range>();
  for (const [part, mib] of sizes) {
    const avoided = part === 'cell' ? [...taken, window] : taken;
    const found = firstFit(range, mib * MIB, avoided);
    if (found === undefined || (part === 'cell' && found.base + found.size > CELL_END)) return undefined;
    placed.set(part, found);
    taken.push(found);
  }
  const [memory, scratch, carveOut, ion] = (['rumpk', 'scratch', 'cell', 'ion'] as const).map((part) =>
    placed.get(part),
  );
  if (!memory || !scratch || !carveOut || !ion) return undefined;
  return { rumpk: rumpkIn(memory, Math.max(range.base, LOWEST), scratch), carveOut, ion };
}

/** An arm64 Image lies 2 MiB from a 2 MiB boundary (its text_offset); Rumpk's memory may begin below it. */
function rumpkIn(block: Range, lowest: number, scratch: Range): Board['rumpk'] {
  const base = Math.max(block.base, lowest);
  const image = block.base + BLOCK;
  return {
    memory: { base, size: block.base + block.size - base },
    scratch,
    image_address: image,
    stub_address: image + STUB_OFFSET,
  };
}
