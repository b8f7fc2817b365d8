// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadBoard, parseBoard } from './board';
import { loadCell, parseCell } from './cell';
import { BLOB, composeTrees } from './device-trees';

const BENCH = join(__dirname, 'golden', 'bench');
const BOARD = readFileSync(join(BENCH, 'board.yaml'), 'utf8');
const CELL = readFileSync(join(BENCH, 'guest.yaml'), 'utf8');
const FILE = 'libs/devicetree/src/golden/bench/board.yaml';

type Blob = (typeof BLOB)[keyof typeof BLOB];

const sources = (board = BOARD, cell = CELL) =>
  Object.fromEntries(composeTrees(parseBoard(board, FILE), parseCell(cell, 'cell.yaml')).map(({ file, source }) => [file, source])) as Record<Blob, string>;

for (const file of Object.values(BLOB)) {
  const golden = file.replace('.dtb', '.dts.golden');
  test(`the source of ${file} is ${golden}`, () => assert.fixture(sources()[file], readFileSync(join(BENCH, golden), 'utf8')));
}

test('a file that is loaded gives what its text gives', () => {
  const trees = composeTrees(loadBoard(join(BENCH, 'board.yaml'), FILE), loadCell(join(BENCH, 'guest.yaml'), 'cell.yaml'));
  assert.is(trees[0]?.source, sources()['board.dtb']);
});

const V3 = BOARD.replace('version: 2', 'version: 3').replace(
  /  cpu_interface[\s\S]*?virtual_cpu[^\n]*\n/,
  '  redistributor: { base: 0x080A0000, size: 0xF60000 }\n',
);

test('version 3: distributor and redistributors, and no core mask in the flags of private interrupts', () => {
  const { 'board.dtb': board, 'cell.dtb': cell, 'manifest.dtb': manifest } = sources(V3, CELL);
  for (const source of [board, cell]) {
    assert.match(source, 'compatible = "arm,gic-v3";');
    assert.match(source, 'reg = <0x0 0x8000000 0x0 0x10000>, <0x0 0x80a0000 0x0 0xf60000>;');
    assert.match(source, '<GIC_PPI 13 IRQ_TYPE_LEVEL_HIGH>');
  }
  assert.match(manifest, 'device-name = "gicr";');
});

test('a clock has the names of the first compatible string that a binding gives some, wherever it stands', () => {
  const namesOf = (compatible: string) => {
    const board = sources(BOARD.replace('["arm,pl011", "arm,primecell"]', compatible))['board.dtb'];
    return /serial@[^]*?clock-names = (.*);/.exec(board)?.[1];
  };
  assert.is(namesOf('["xlnx,zynqmp-uart", "cdns,uart-r1p12"]'), '"uart_clk", "pclk"');
  assert.is(namesOf('["xlnx,xuartps", "cdns,uart-r1p8"]'), '"uart_clk", "pclk"');
  assert.is(namesOf('["nexus,uart"]'), '"clk"');
});

test('console none: no port and no stdout-path', () => {
  const trees = sources(BOARD, CELL.replace('passthrough', 'none').replace(' uart0,', ''));
  assert.not.match(trees['cell.dtb'], 'serial@');
  assert.not.match(trees['cell.dtb'], 'stdout-path');
  assert.not.match(trees['manifest.dtb'], 'uart0');
  assert.match(trees['manifest.dtb'], 'console = "none";');
});

test('a board without PSCI names no enable-method for its own cores, yet the cell has PSCI by HVC', () => {
  const trees = sources(BOARD.replace('psci: { method: smc }\n', ''));
  assert.not.match(trees['board.dtb'], 'psci');
  assert.match(trees['cell.dtb'], 'method = "hvc";');
});

test('nothing random is given to the guest', () => {
  assert.not.match(sources()['cell.dtb'], /seed/);
});

test.run();
