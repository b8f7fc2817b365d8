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

/** The tables below VTTBR_EL2, as they were when they were read. */
export interface Stage2Tables {
  readonly level: number;
  readonly root: bigint;
  readonly content: ReadonlyMap<bigint, Buffer>;
}

const isTable = (descriptor: bigint, level: number) => level < LAST_LEVEL && (descriptor & 3n) === 3n;
/** All descriptors of a table that are valid, with their index. */
function* validIn(table: Buffer): Generator<[index: number, descriptor: bigint]> {
  for (let at = 0; at < table.length; at += ENTRY_BYTES) {
    if (((table[at] as number) & 1) !== 0) yield [at / ENTRY_BYTES, table.readBigUInt64LE(at)];
  }
}

/** Reads the tables level by level, and no more: the machine has to stand still for this. */
export async function readStage2({ vttbr, vtcr }: TranslationRegisters, read: ReadMemory): Promise<Stage2Tables> {
  const { level, entries } = geometry(vtcr);
  const root = vttbr & ADDRESS_MASK & ~1n;
  const content = new Map<bigint, Buffer>();
  let wanted = [root];
  for (let depth = level; wanted.length > 0; depth++) {
    const size = depth === level ? entries * ENTRY_BYTES : PAGE;
    const tables = await Promise.all(wanted.map((address) => read(address, size)));
    wanted.forEach((address, index) => content.set(address, tables[index] as Buffer));
    const below = tables.flatMap((table) => [...validIn(table)].filter(([, descriptor]) => isTable(descriptor, depth)));
    wanted = [...new Set(below.map(([, descriptor]) => descriptor & ADDRESS_MASK))];
  }
  return { level, root, content };
}

/** All leaves of the tables in the order of their IPA, contiguous ones joined. Pure. */
export function leavesOf({ level: start, root, content }: Stage2Tables): Leaf[] {
  const below = (table: bigint, level: number, base: bigint): Leaf[] =>
    [...validIn(content.get(table) as Buffer)].flatMap(([index, descriptor]): Leaf[] => {
      const ipa = base + (BigInt(index) << shiftOf(level));
      if (isTable(descriptor, level)) return below(descriptor & ADDRESS_MASK, level + 1, ipa);
      // Bit 1 is set in a page and clear in a block; blocks are at levels 1 and 2.
      const isLeaf = (descriptor & 2n) !== 0n ? level === LAST_LEVEL : level === 1 || level === 2;
      return isLeaf ? [leafOf(descriptor, ipa, 1n << shiftOf(level))] : [];
    });
  return joined(below(root, start, 0n));
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
