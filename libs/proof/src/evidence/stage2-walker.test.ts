// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { leavesOf, pagesOf, readStage2, SeenTables, type Leaf, type ReadMemory, type TranslationRegisters } from './stage2-walker';

const walkStage2 = async (registers: TranslationRegisters, read: ReadMemory) => leavesOf(await readStage2(registers, read));

/** VTCR_EL2 for 39-bit IPAs, 4 KiB granule, walks that start at level 1 (SL0 = 1, T0SZ = 25). */
const VTCR_39 = 0x8004_3559n;
/** 40-bit IPAs: two concatenated level-1 tables (T0SZ = 24). */
const VTCR_40 = 0x8004_3558n;
const NORMAL_RW = (0xfn << 2n) | (3n << 6n) | (3n << 8n) | (1n << 10n);
const NORMAL_RO_XN = (0xfn << 2n) | (1n << 6n) | (3n << 8n) | (1n << 10n) | (1n << 54n);
const DEVICE_RW_XN = (1n << 2n) | (3n << 6n) | (1n << 10n) | (1n << 54n);
const TABLE = 3n;
const BLOCK = 1n;
const PAGE = 3n;

/** Physical memory that holds only tables: any other address must not be read. */
class Tables {
  private readonly words = new Map<bigint, bigint>();
  private readonly pages = new Set<bigint>();

  add(page: bigint): void {
    this.pages.add(page);
  }

  set(table: bigint, index: number, descriptor: bigint): void {
    this.add(table);
    this.words.set(table + BigInt(index) * 8n, descriptor);
  }

  read = async (address: bigint, size: number): Promise<Buffer> => {
    for (let page = address; page < address + BigInt(size); page += 4096n) assert.ok(this.pages.has(page), `0x${page.toString(16)} is no table`);
    const bytes = Buffer.alloc(size);
    for (let at = 0; at < size; at += 8) bytes.writeBigUInt64LE(this.words.get(address + BigInt(at)) ?? 0n, at);
    return bytes;
  };
}

const ROOT = 0x4100_0000n;
const LEVEL_2 = 0x4100_2000n;
const LEVEL_3 = 0x4100_3000n;
const VTTBR = (1n << 48n) | ROOT | 1n;

const leaf = (ipa: bigint, pa: bigint, size: bigint, more: Partial<Leaf> = {}): Leaf => ({
  ipa, pa, size, memory: 'normal', access: 'rw', execute: true, shareability: 'inner', accessed: true, contiguous: false, unknown: 0n, ...more,
});

test('blocks and pages with their attributes; contiguous equal leaves join, others do not', async () => {
  const tables = new Tables();
  tables.set(ROOT, 1, LEVEL_2 | TABLE);
  tables.set(LEVEL_2, 64, 0x4800_0000n | NORMAL_RW | BLOCK);
  tables.set(LEVEL_2, 65, 0x4820_0000n | NORMAL_RW | BLOCK);
  tables.set(LEVEL_2, 66, 0x4840_0000n | NORMAL_RO_XN | BLOCK);
  tables.set(LEVEL_2, 70, LEVEL_3 | TABLE);
  tables.set(LEVEL_3, 0, 0x0900_0000n | DEVICE_RW_XN | PAGE);
  tables.set(LEVEL_3, 2, 0x5f00_0000n | NORMAL_RO_XN | PAGE);
  // Reserved at level 3: a fault, and so no leaf.
  tables.set(LEVEL_3, 4, 0x5f00_0000n | NORMAL_RO_XN | BLOCK);
  assert.equal(await walkStage2({ vttbr: VTTBR, vtcr: VTCR_39 }, tables.read), [
    leaf(0x4800_0000n, 0x4800_0000n, 0x40_0000n),
    leaf(0x4840_0000n, 0x4840_0000n, 0x20_0000n, { access: 'ro', execute: false }),
    leaf(0x48c0_0000n, 0x0900_0000n, 0x1000n, { memory: 'device-nGnRE', execute: false, shareability: 'non' }),
    leaf(0x48c0_2000n, 0x5f00_0000n, 0x1000n, { access: 'ro', execute: false }),
  ]);
});

test('one-GiB blocks at level 1, and a second concatenated root table', async () => {
  const tables = new Tables();
  tables.set(ROOT, 2, 0x8000_0000n | NORMAL_RW | BLOCK);
  tables.set(ROOT + 4096n, 0, 0x40_0000_0000n | (NORMAL_RW & ~(1n << 10n)) | BLOCK);
  assert.equal(await walkStage2({ vttbr: VTTBR, vtcr: VTCR_40 }, tables.read), [
    leaf(0x8000_0000n, 0x8000_0000n, 0x4000_0000n),
    leaf(0x80_0000_0000n, 0x40_0000_0000n, 0x4000_0000n, { accessed: false }),
  ]);
});

test('other memory types and permissions are named as they are', async () => {
  const tables = new Tables();
  tables.set(ROOT, 0, (5n << 2n) | (2n << 6n) | (2n << 8n) | (1n << 10n) | BLOCK);
  tables.set(ROOT, 1, (1n << 53n) | NORMAL_RW | BLOCK);
  const [first, second] = await walkStage2({ vttbr: VTTBR, vtcr: VTCR_39 }, tables.read);
  assert.equal([first?.memory, first?.access, first?.shareability], ['other', 'wo', 'outer']);
  assert.is(second?.execute, 'in part');
});

const ATTRIBUTES: [memAttr: bigint, memory: Leaf['memory']][] = [
  [0b0000n, 'device-nGnRnE'],
  [0b0001n, 'device-nGnRE'],
  [0b0010n, 'device-nGRE'],
  [0b0011n, 'device-GRE'],
  [0b0100n, 'other'],
  [0b1110n, 'other'],
  [0b1111n, 'normal'],
];
for (const [memAttr, memory] of ATTRIBUTES) {
  test(`MemAttr ${memAttr.toString(2)} is ${memory}`, async () => {
    const tables = new Tables();
    tables.set(ROOT, 0, (memAttr << 2n) | (3n << 6n) | (1n << 10n) | BLOCK);
    assert.is((await walkStage2({ vttbr: VTTBR, vtcr: VTCR_39 }, tables.read))[0]?.memory, memory);
  });
}

for (const bit of [11n, 48n, 51n, 55n, 59n, 63n]) {
  test(`bit ${bit} of a page is named as unknown`, async () => {
    const tables = new Tables();
    tables.set(ROOT, 1, LEVEL_2 | TABLE);
    tables.set(LEVEL_2, 0, LEVEL_3 | TABLE);
    tables.set(LEVEL_3, 0, 0x5f00_0000n | NORMAL_RW | PAGE);
    tables.set(LEVEL_3, 1, 0x5f00_1000n | NORMAL_RW | PAGE | (1n << bit));
    const leaves = await walkStage2({ vttbr: VTTBR, vtcr: VTCR_39 }, tables.read);
    assert.equal(leaves.map(({ unknown }) => unknown), [0n, 1n << bit]);
  });
}

test('address bits that a block does not have are named as unknown', async () => {
  const tables = new Tables();
  tables.set(ROOT, 1, 0x4000_0000n | (1n << 16n) | NORMAL_RW | BLOCK);
  assert.equal(await walkStage2({ vttbr: VTTBR, vtcr: VTCR_39 }, tables.read), [leaf(0x4000_0000n, 0x4000_0000n, 0x4000_0000n, { unknown: 1n << 16n })]);
});

/** Sixteen pages from `base` with the contiguous bit, changed by `change`; as the walker sees their first. */
const CONTIGUOUS: [title: string, base: bigint, change: (page: bigint, index: number) => bigint, contiguous: Leaf['contiguous']][] = [
  ['aligned and alike', 0x5f00_0000n, (page) => page, true],
  ['not aligned', 0x5f00_1000n, (page) => page, 'misplaced'],
  ['one of another access', 0x5f00_0000n, (page, index) => (index === 9 ? page & ~(1n << 7n) : page), 'misplaced'],
  ['one that is not there', 0x5f00_0000n, (page, index) => (index === 9 ? 0n : page), 'misplaced'],
  ['one without the bit', 0x5f00_0000n, (page, index) => (index === 9 ? page & ~(1n << 52n) : page), 'misplaced'],
];
for (const [title, base, change, contiguous] of CONTIGUOUS) {
  test(`the contiguous bit on sixteen pages: ${title}`, async () => {
    const tables = new Tables();
    tables.set(ROOT, 1, LEVEL_2 | TABLE);
    tables.set(LEVEL_2, 0, LEVEL_3 | TABLE);
    for (let index = 0; index < 16; index++) {
      const page = (base + BigInt(index) * 4096n) | NORMAL_RW | PAGE | (1n << 52n);
      tables.set(LEVEL_3, 16 + index, change(page, index));
    }
    assert.is((await walkStage2({ vttbr: VTTBR, vtcr: VTCR_39 }, tables.read))[0]?.contiguous, contiguous);
  });
}

test('tables are named where they lie; what is as before is known without a walk, anything else is not', async () => {
  const tables = new Tables();
  tables.set(ROOT, 1, LEVEL_2 | TABLE);
  tables.set(LEVEL_2, 64, 0x4800_0000n | NORMAL_RW | BLOCK);
  const registers = { vttbr: VTTBR, vtcr: VTCR_39 };
  const read = () => readStage2(registers, tables.read);
  assert.equal(pagesOf(await read()), [{ base: ROOT, size: 4096n }, { base: LEVEL_2, size: 4096n }]);
  const seen = new SeenTables();
  assert.equal(seen.pages, []);
  const first = seen.see(registers, await read());
  const pages = () => Promise.all(seen.pages.map(async ({ base, size }) => Buffer.from(await tables.read(base, Number(size)))));
  assert.is(seen.asBefore(registers, await pages()), first);
  assert.is(seen.asBefore({ ...registers, vttbr: VTTBR + (1n << 48n) }, await pages()), undefined, 'another VMID');
  assert.is(seen.asBefore({ ...registers, vtcr: VTCR_39 ^ (1n << 12n) }, await pages()), undefined);
  tables.set(LEVEL_2, 65, 0x4020_0000n | NORMAL_RW | BLOCK);
  assert.is(seen.asBefore(registers, await pages()), undefined);
  assert.is(seen.see(registers, await read()).leaves.length, 2);
  assert.equal(seen.pages, pagesOf(await read()));
});

test('empty tables have no leaf; registers that fit no 4 KiB walk are refused', async () => {
  const tables = new Tables();
  tables.add(ROOT);
  assert.equal(await walkStage2({ vttbr: VTTBR, vtcr: VTCR_39 }, tables.read), []);
  for (const [vtcr, reason] of [[VTCR_39 | (1n << 14n), /TG0/], [VTCR_39 | (3n << 6n), /SL0/], [0x8000_0000n, /T0SZ/]] as const) {
    const refused = await walkStage2({ vttbr: VTTBR, vtcr }, tables.read).then(() => '', (error: Error) => error.message);
    assert.match(refused, reason);
  }
});

test.run();
