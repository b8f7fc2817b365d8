// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Range } from '@nexus-forge/devicetree';
import { layoutIn, LEAST_BANK } from './layout';

const MIB = 2 ** 20;
const WINDOW = { base: 0x9000_0000, size: 16 * MIB };

test("512 MiB are laid out as the reference board's are", () => {
  assert.equal(layoutIn([{ base: 0x4000_0000, size: 512 * MIB }], WINDOW), {
    rumpk: {
      memory: { base: 0x4000_0000, size: 0x800_0000 },
      scratch: { base: 0x5800_0000, size: 0x700_0000 },
      image_address: 0x4020_0000,
      stub_address: 0x4020_1000,
    },
    carveOut: { base: 0x4800_0000, size: 0x1000_0000 },
    ion: { base: 0x5f00_0000, size: 0x100_0000 },
  });
});

const end = ({ base, size }: Range) => base + size;
const apart = (a: Range, b: Range) => end(a) <= b.base || end(b) <= a.base;

/** Free ranges, each with the size that Rumpk's part then has. */
const ROWS: [title: string, free: Range[], rumpk: number][] = [
  ['the least', [{ base: 0x4000_0000, size: LEAST_BANK }], 16],
  ['a quarter of a GiB', [{ base: 0x4000_0000, size: 256 * MIB }], 64],
  ['a GiB around the window of a guest', [{ base: 0x8000_0000, size: 1024 * MIB }], 128],
  ['a bank that begins inside that window', [{ base: 0x9000_0000, size: 512 * MIB }], 128],
  ['memory from 0', [{ base: 0, size: 2048 * MIB }], 127],
  ['memory that lacks its first page', [{ base: 0x1000, size: 512 * MIB }], 127],
  ['an odd base', [{ base: 0x4012_3000, size: 512 * MIB }], 64],
  [
    'the second range, as the first is too small',
    [
      { base: 0x1000_0000, size: 64 * MIB },
      { base: 0x4000_0000, size: 512 * MIB },
    ],
    128,
  ],
];
for (const [title, free, rumpk] of ROWS) {
  test(`nothing shares a byte, and all of it is inside: ${title}`, () => {
    const found = layoutIn(free, WINDOW);
    if (found === undefined) throw new Error('there is no place');
    const { memory, scratch, image_address: image, stub_address: stub } = found.rumpk;
    const parts = [memory, scratch, found.carveOut, found.ion];
    for (const part of parts) {
      assert.ok(free.some((range) => part.base >= range.base && end(part) <= end(range)));
      assert.ok(parts.every((other) => other === part || apart(part, other)));
    }
    assert.ok(apart(found.carveOut, WINDOW), 'a cell sees its memory beside its window');
    assert.ok(memory.base > 0);
    assert.is(memory.size / MIB, rumpk);
    assert.equal(
      [found.carveOut.base, found.carveOut.size, found.ion.base, image].map((address) => address % (2 * MIB)),
      [0, 0, 0, 0],
    );
    assert.ok(image >= memory.base && stub > image && stub < end(memory));
  });
}

const NONE: [title: string, free: Range[]][] = [
  ['no range', []],
  ['too little', [{ base: 0x4000_0000, size: LEAST_BANK - 1 }]],
  ['beyond what a guest can address', [{ base: 2 ** 40, size: 2 ** 32 }]],
];
for (const [title, free] of NONE) test(`no place: ${title}`, () => assert.is(layoutIn(free, WINDOW), undefined));

test.run();
