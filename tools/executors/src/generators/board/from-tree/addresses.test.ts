// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { windowsOf } from './addresses';
import { treeOf } from './testing/source';
import { nodeAt } from './tree';

const cells = (address: number, size: number) => `#address-cells = <${address}>; #size-cells = <${size}>;`;

type Row = [title: string, inside: string, path: string, expected: ({ base: number; size: number } | undefined)[]];
const ROWS: Row[] = [
  ['one cell each', `${cells(1, 1)} d@1 { reg = <0x1000 0x10>; };`, '/d@1', [{ base: 0x1000, size: 0x10 }]],
  [
    'two cells each',
    `${cells(2, 2)} d@1 { reg = <0x8 0x1000 0x1 0x10>; };`,
    '/d@1',
    [{ base: 0x8_0000_1000, size: 0x1_0000_0010 }],
  ],
  [
    'two and one, which also hold where nothing is said',
    'd@1 { reg = <0x1 0x2 0x3>; };',
    '/d@1',
    [{ base: 0x1_0000_0002, size: 3 }],
  ],
  [
    'several windows',
    `${cells(1, 1)} d@1 { reg = <0x1000 0x10 0x2000 0x20>; };`,
    '/d@1',
    [
      { base: 0x1000, size: 0x10 },
      { base: 0x2000, size: 0x20 },
    ],
  ],
  [
    'a bus elsewhere, of fewer cells',
    `${cells(2, 2)} b { ${cells(1, 1)} ranges = <0x7e000000 0x0 0xfe000000 0x1800000>;
       d@1 { reg = <0x7e201000 0x200>; }; };`,
    '/b/d@1',
    [{ base: 0xfe201000, size: 0x200 }],
  ],
  [
    'two buses',
    `${cells(2, 1)} o { ${cells(1, 1)} ranges = <0x0 0x1 0x0 0x10000>;
       i { ${cells(1, 1)} ranges = <0x0 0x4000 0x1000>; d@1 { reg = <0x20 0x8>; }; }; };`,
    '/o/i/d@1',
    [{ base: 0x1_0000_4020, size: 8 }],
  ],
  [
    'an empty ranges',
    `${cells(1, 1)} b { ${cells(1, 1)} ranges; d@1 { reg = <0x30 0x8>; }; };`,
    '/b/d@1',
    [{ base: 0x30, size: 8 }],
  ],
  ['a bus without ranges', `${cells(1, 1)} b { ${cells(1, 0)} d@1 { reg = <0x30>; }; };`, '/b/d@1', [undefined]],
  [
    'the second of two ranges',
    `${cells(1, 1)} b { ${cells(1, 1)} ranges = <0x0 0x10000 0x100>, <0x1000 0x20000 0x100>;
       d@1 { reg = <0x1010 0x10>; }; };`,
    '/b/d@1',
    [{ base: 0x20010, size: 0x10 }],
  ],
  [
    'beyond all ranges',
    `${cells(1, 1)} b { ${cells(1, 1)} ranges = <0x0 0x10000 0x100>; d@1 { reg = <0xff 0x2>; }; };`,
    '/b/d@1',
    [undefined],
  ],
];
for (const [title, inside, path, expected] of ROWS) {
  test(`where a node is for the CPU: ${title}`, async () => {
    const node = nodeAt(await treeOf(inside), path);
    assert.equal(node && windowsOf(node), expected);
  });
}

test.run();
