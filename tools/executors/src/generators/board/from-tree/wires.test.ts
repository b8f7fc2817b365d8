// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { treeOf } from './testing/source';
import { nodeAt } from './tree';
import { wiresOf } from './wires';

const gic = (cells: number) =>
  `gic: gic { interrupt-controller; #interrupt-cells = <${cells}>; #address-cells = <0>; };`;
const OTHER =
  'other: other { interrupt-controller; #interrupt-cells = <1>; interrupt-parent = <&gic>; interrupts = <0 60 4>; };';
const spi = (number: number, trigger: 'level' | 'edge' = 'level') => ({ kind: 'spi' as const, number, trigger });

const ROWS: [title: string, inside: string, path: string, expected: object[]][] = [
  [
    'three cells, a parent above',
    `interrupt-parent = <&gic>; ${gic(3)} b { d { interrupts = <0 5 4>; }; };`,
    '/b/d',
    [spi(5)],
  ],
  [
    'four cells',
    `interrupt-parent = <&gic>; ${gic(4)} d { interrupts = <0 5 4 0>, <1 7 8 0>; };`,
    '/d',
    [spi(5), { kind: 'ppi', number: 7, trigger: 'level' }],
  ],
  ['an edge', `interrupt-parent = <&gic>; ${gic(3)} d { interrupts = <0 5 1>; };`, '/d', [spi(5, 'edge')]],
  ['a parent of its own', `${gic(3)} d { interrupt-parent = <&gic>; interrupts = <0 9 4>; };`, '/d', [spi(9)]],
  [
    'one cell of another controller',
    `interrupt-parent = <&gic>; ${gic(3)} ${OTHER} d { interrupt-parent = <&other>; interrupts = <5>; };`,
    '/d',
    [],
  ],
  ['another controller itself', `interrupt-parent = <&gic>; ${gic(3)} ${OTHER}`, '/other', [spi(60)]],
  [
    'interrupts-extended over two controllers',
    `${gic(3)} ${OTHER} d { interrupts-extended = <&other 5>, <&gic 0 11 4>; };`,
    '/d',
    [spi(11)],
  ],
  [
    'a nexus',
    `${gic(3)} bus { #address-cells = <2>; #size-cells = <1>; #interrupt-cells = <1>;
       interrupt-map-mask = <0 0 63>; interrupt-map = <0 0 0 &gic 0 0 4>, <0 0 1 &gic 0 1 4>; };`,
    '/bus',
    [spi(0), spi(1)],
  ],
  [
    'an extended range, which a board has none of',
    `interrupt-parent = <&gic>; ${gic(3)} d { interrupts = <2 5 4>; };`,
    '/d',
    [],
  ],
];
for (const [title, inside, path, expected] of ROWS) {
  test(`interrupts of the GIC: ${title}`, async () => {
    const tree = await treeOf(inside);
    assert.equal(wiresOf(tree, '/gic')(nodeAt(tree, path)!), expected);
  });
}

test.run();
