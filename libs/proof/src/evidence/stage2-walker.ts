// SPDX-License-Identifier: Apache-2.0
import { ValueError } from '../value';

/**
 * A stage-2 walker of its own (Arm ARM DDI 0487, D8.2 and D8.3: VMSAv8-64, 4 KiB granule), which shares no code
 * with the builder it checks: it sees the tables as the hardware does, through VTTBR_EL2 and VTCR_EL2.
 */

/** A run of leaves with one set of attributes, contiguous in both address spaces. */
export interface Leaf {
  ipa: bigint;
  pa: bigint;
  size: bigint;
  memory: 'normal' | 'device' | 'other';
  access: 'none' | 'ro' | 'wo' | 'rw';
  execute: boolean;
  shareability: 'non' | 'reserved' | 'outer' | 'inner';
  /** The access flag; a leaf without it faults on first use. */
  accessed: boolean;
}

export interface TranslationRegisters {
  vttbr: bigint;
  vtcr: bigint;
}

/** Reads `size` bytes of guest physical memory. */
export type ReadMemory = (address: bigint, size: number) => Promise<Buffer>;

const PAGE = 4096;
const ENTRY_BYTES = 8;
const INDEX_BITS = 9n;
const PAGE_BITS = 12n;
const LAST_LEVEL = 3;
/** Bits [47:12] of a descriptor or of VTTBR_EL2. */
const ADDRESS_MASK = 0x0000_ffff_ffff_f000n;
const ACCESS = ['none', 'ro', 'wo', 'rw'] as const;
const SHAREABILITY = ['non', 'reserved', 'outer', 'inner'] as const;
/** D8.5.5, MemAttr[3:0]: 0b1111 is Normal, inner and outer write-back; 0b00xx are the Device types. */
const NORMAL_WRITE_BACK = 0xfn;

const bits = (value: bigint, high: bigint, low: bigint) => (value >> low) & ((1n << (high - low + 1n)) - 1n);
/** Address bits below those that a level resolves. */
const shiftOf = (level: number) => PAGE_BITS + INDEX_BITS * BigInt(LAST_LEVEL - level);

/** Start level and input size of the walk, from VTCR_EL2 (D19.2.162). */
function geometry(vtcr: bigint): { level: number; entries: number } {
  if (bits(vtcr, 15n, 14n) !== 0n) throw new ValueError(`VTCR_EL2 0x${vtcr.toString(16)}: TG0 is not the 4 KiB granule`);
  const level = 2 - Number(bits(vtcr, 7n, 6n));
  if (level < 0) throw new ValueError(`VTCR_EL2 0x${vtcr.toString(16)}: SL0 is reserved`);
  const inputBits = 64n - bits(vtcr, 5n, 0n);
  const indexBits = inputBits - shiftOf(level);
  // Up to sixteen tables may be concatenated at the start level.
  if (indexBits < 1n || indexBits > INDEX_BITS + 4n) throw new ValueError(`VTCR_EL2 0x${vtcr.toString(16)}: T0SZ and SL0 disagree`);
  return { level, entries: 1 << Number(indexBits) };
}

function leafOf(descriptor: bigint, ipa: bigint, size: bigint): Leaf {
  const attribute = bits(descriptor, 5n, 2n);
  return {
    ipa,
    pa: descriptor & ADDRESS_MASK & ~(size - 1n),
    size,
    memory: attribute === NORMAL_WRITE_BACK ? 'normal' : attribute <= 3n ? 'device' : 'other',
    access: ACCESS[Number(bits(descriptor, 7n, 6n))] as Leaf['access'],
    // FEAT_XNX is not assumed: XN is bit 54, and bit 53 must be clear.
    execute: bits(descriptor, 54n, 53n) === 0n,
    shareability: SHAREABILITY[Number(bits(descriptor, 9n, 8n))] as Leaf['shareability'],
    accessed: bits(descriptor, 10n, 10n) === 1n,
  };
}

const ATTRIBUTES = ['memory', 'access', 'execute', 'shareability', 'accessed'] as const;

function continues(run: Leaf, next: Leaf): boolean {
  const adjacent = run.ipa + run.size === next.ipa && run.pa + run.size === next.pa;
  return adjacent && ATTRIBUTES.every((name) => run[name] === next[name]);
}

/** All leaves below VTTBR_EL2 in the order of their IPA, contiguous ones joined. */
export async function walkStage2({ vttbr, vtcr }: TranslationRegisters, read: ReadMemory): Promise<Leaf[]> {
  const start = geometry(vtcr);
  const walk = async (table: bigint, entries: number, level: number, base: bigint): Promise<Leaf[]> => {
    const bytes = await read(table, entries * ENTRY_BYTES);
    const found = Array.from({ length: entries }, async (_, index): Promise<Leaf[]> => {
      const descriptor = bytes.readBigUInt64LE(index * ENTRY_BYTES);
      if ((descriptor & 1n) === 0n) return [];
      const ipa = base + (BigInt(index) << shiftOf(level));
      const isTableOrPage = (descriptor & 2n) !== 0n;
      if (level < LAST_LEVEL && isTableOrPage) return walk(descriptor & ADDRESS_MASK, PAGE / ENTRY_BYTES, level + 1, ipa);
      return isTableOrPage || level === 1 || level === 2 ? [leafOf(descriptor, ipa, 1n << shiftOf(level))] : [];
    });
    return (await Promise.all(found)).flat();
  };
  return joined(await walk(vttbr & ADDRESS_MASK & ~1n, start.entries, start.level, 0n));
}

/** Leaves in the order of their IPA, each run of contiguous ones with equal attributes as one. */
function joined(leaves: readonly Leaf[]): Leaf[] {
  const runs: Leaf[] = [];
  for (const leaf of leaves) {
    const last = runs[runs.length - 1];
    if (last && continues(last, leaf)) last.size += leaf.size;
    else runs.push(leaf);
  }
  return runs;
}
