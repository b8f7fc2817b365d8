// SPDX-License-Identifier: Apache-2.0
import { ValueError } from '../value';
import type { Stage2Observation } from './probe';

/**
 * A stage-2 walker of its own (Arm ARM DDI 0487, D8.2 and D8.3: VMSAv8-64, 4 KiB granule), which shares no code
 * with the builder it checks: it sees the tables as the hardware does, through VTTBR_EL2 and VTCR_EL2.
 */

/** A run of leaves with one set of attributes, contiguous in both address spaces. */
export interface Leaf {
  ipa: bigint;
  pa: bigint;
  size: bigint;
  memory: Memory;
  access: 'none' | 'ro' | 'wo' | 'rw';
  /** `in part` is for one of EL1 and EL0 only where the core has FEAT_XNX, and anything where it has not. */
  execute: boolean | 'in part';
  shareability: 'non' | 'reserved' | 'outer' | 'inner';
  /** The access flag; a leaf without it faults on first use. */
  accessed: boolean;
  /** The contiguous bit; `misplaced` where the sixteen entries that share it are not aligned and alike (D8.6.1). */
  contiguous: boolean | 'misplaced';
  /** Bits that are set in the descriptor, or in one of the run's, and that mean nothing known here. */
  unknown: bigint;
}

/** A memory type by MemAttr[3:0] (D8.5.5): only normal memory that is write-back inside and outside has a name. */
export type Memory = 'normal' | 'device-nGnRnE' | 'device-nGnRE' | 'device-nGRE' | 'device-GRE' | 'other';

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
/** XN, bits [54:53]: without FEAT_XNX bit 54 alone counts, and bit 53 must be clear (D8.4.7). */
const EXECUTE = [true, 'in part', false, 'in part'] as const;
const SHAREABILITY = ['non', 'reserved', 'outer', 'inner'] as const;
const MEMORY: ReadonlyMap<number, Memory> = new Map([
  [0b0000, 'device-nGnRnE'],
  [0b0001, 'device-nGnRE'],
  [0b0010, 'device-nGRE'],
  [0b0011, 'device-GRE'],
  [0b1111, 'normal'],
]);
/** Bit 11, and of bits [63:48] all but XN and the contiguous bit: FEAT_XS, dirty state, PBHA, software's, reserved. */
const UNKNOWN_LOW = 1 << 11;
const UNKNOWN_HIGH = 0xff8f;
/** Bit 52 of a descriptor, among bits [63:48]. */
const CONTIGUOUS = 1 << 4;
const CONTIGUOUS_ENTRIES = 16;

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

/**
 * A run of blocks or pages with the same attribute bits. In numbers, which hold 48-bit addresses exactly and cost a
 * fraction of big integers: there are hundreds of leaves, and the verdict waits for them.
 */
interface Run {
  ipa: number;
  pa: number;
  size: number;
  /** Bits [11:0] of the descriptor. */
  low: number;
  /** Bits [63:48]. */
  high: number;
  /** What a block's descriptor has below its address and above bit 11. */
  below: number;
  /** Whether the contiguous bit is set where it may not be. */
  misplaced: boolean;
}

function leafOf({ ipa, pa, size, low, high, below, misplaced }: Run): Leaf {
  return {
    ipa: BigInt(ipa),
    pa: BigInt(pa),
    size: BigInt(size),
    memory: MEMORY.get((low >> 2) & 0xf) ?? 'other',
    access: ACCESS[(low >> 6) & 3] as Leaf['access'],
    execute: EXECUTE[(high >> 5) & 3] as Leaf['execute'],
    shareability: SHAREABILITY[(low >> 8) & 3] as Leaf['shareability'],
    accessed: ((low >> 10) & 1) === 1,
    contiguous: misplaced ? 'misplaced' : (high & CONTIGUOUS) !== 0,
    unknown: (BigInt(high & UNKNOWN_HIGH) << 48n) | BigInt(below) | BigInt(low & UNKNOWN_LOW),
  };
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

/** A range of physical memory that holds tables. */
export interface TablePages {
  base: bigint;
  size: bigint;
}

/** Where the tables lie, in the order of their addresses. */
export function pagesOf({ content }: Stage2Tables): TablePages[] {
  const pages = [...content].map(([base, table]) => ({ base, size: BigInt(table.length) }));
  return pages.sort((a, b) => (a.base < b.base ? -1 : 1));
}

/** Tables of a machine that is looked at again and again: most are seen again as they were, where they were. */
export class SeenTables {
  private last: { registers: TranslationRegisters; tables: Stage2Tables; seen: Stage2Observation } | undefined;

  /** Where the tables lay when they were last looked at. */
  get pages(): readonly TablePages[] {
    return this.last ? pagesOf(this.last.tables) : [];
  }

  /** What was last seen, if the registers are the same and each of `pages` has the content that it had. */
  asBefore({ vttbr, vtcr }: TranslationRegisters, content: readonly Buffer[]): Stage2Observation | undefined {
    if (!this.last) return undefined;
    const { registers, tables, seen } = this.last;
    const same = registers.vttbr === vttbr && registers.vtcr === vtcr;
    return same && this.pages.every(({ base }, index) => tables.content.get(base)?.equals(content[index] as Buffer)) ? seen : undefined;
  }

  /** What tables that were read under `registers` say. */
  see(registers: TranslationRegisters, tables: Stage2Tables): Stage2Observation {
    const seen = { leaves: leavesOf(tables), tables: pagesOf(tables), root: `VTTBR_EL2 0x${registers.vttbr.toString(16)}` };
    this.last = { registers, tables, seen };
    return seen;
  }
}

/** All leaves of the tables in the order of their IPA, contiguous ones with equal attributes joined. Pure. */
export function leavesOf({ level: start, root, content }: Stage2Tables): Leaf[] {
  const runs: Run[] = [];
  const visit = (address: bigint, level: number, base: number): void => {
    const table = content.get(address) as Buffer;
    const size = 2 ** Number(shiftOf(level));
    for (const [index, descriptor] of validIn(table)) {
      const ipa = base + index * size;
      if (isTable(descriptor, level)) visit(descriptor & ADDRESS_MASK, level + 1, ipa);
      else if (isLeaf(table[index * ENTRY_BYTES] as number, level)) append(runs, runAt(table, index, ipa, size));
    }
  };
  visit(root, start, 0);
  return runs.map(leafOf);
}

/** Bit 1 is set in a page and clear in a block; blocks are at levels 1 and 2. */
const isLeaf = (lowByte: number, level: number) => ((lowByte & 2) !== 0 ? level === LAST_LEVEL : level === 1 || level === 2);

function runAt(table: Buffer, index: number, ipa: number, size: number): Run {
  const low = table.readUInt32LE(index * ENTRY_BYTES);
  const high = table.readUInt32LE(index * ENTRY_BYTES + 4);
  const address = (high & 0xffff) * 2 ** 32 + (low - (low % PAGE));
  const below = address % size;
  const misplaced = ((high >>> 16) & CONTIGUOUS) !== 0 && !isContiguous(table, index, size);
  return { ipa, pa: address - below, size, low: low % PAGE, high: high >>> 16, below, misplaced };
}

/** Whether the sixteen entries around one lead to one aligned piece of memory, with the same attributes. */
function isContiguous(table: Buffer, index: number, size: number): boolean {
  const first = index - (index % CONTIGUOUS_ENTRIES);
  const descriptor = table.readBigUInt64LE(first * ENTRY_BYTES);
  const aligned = (descriptor & ADDRESS_MASK) % BigInt(CONTIGUOUS_ENTRIES * size) === 0n;
  const alike = Array.from({ length: CONTIGUOUS_ENTRIES }, (_, at) => descriptor + BigInt(at * size));
  return aligned && alike.every((wanted, at) => table.readBigUInt64LE((first + at) * ENTRY_BYTES) === wanted);
}

/** Bit 1 tells a page from a block, which are alike to whoever goes through them. */
const attributesOf = ({ low, high }: Run) => (low & ~2) + high * PAGE;
const alike = (a: Run, b: Run) => attributesOf(a) === attributesOf(b) && a.below === b.below && a.misplaced === b.misplaced;

function append(runs: Run[], next: Run): void {
  const run = runs[runs.length - 1];
  const adjacent = run !== undefined && run.ipa + run.size === next.ipa && run.pa + run.size === next.pa;
  if (adjacent && alike(run, next)) run.size += next.size;
  else runs.push(next);
}
