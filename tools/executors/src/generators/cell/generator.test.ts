// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCell } from '@nexus-forge/devicetree';
import { compose } from '../board/from-tree/testing/compose';
import { neighbourhood } from '../board/from-tree/testing/neighbour';
import cellGenerator, { type CellGeneratorOptions } from './generator';
import { written } from '../testing';

type Workspace = ReturnType<typeof neighbourhood>;
const generate = (tree: Workspace, options: CellGeneratorOptions) =>
  cellGenerator(tree, options, async () => ['rumpk']);
const BOARD = 'apps/qemu-virt/board.yaml';

test('a cell for the reference board lies where the reference cell does, and its trees compile', async () => {
  const tree = neighbourhood();
  const before = new Set([...written(tree)]);
  const text = tree.read(BOARD, 'utf-8');
  await generate(tree, { name: 'guest', board: 'qemu-virt', use: true });
  assert.equal(
    written(tree).filter((path) => !before.has(path)),
    ['guest/cell.yaml'],
  );
  assert.is(tree.read(BOARD, 'utf-8'), text?.replace('cell: linux-cell/cell.yaml', 'cell: guest/cell.yaml'));
  const read = (file: string) => parseCell(tree.read(file, 'utf-8') ?? '', file).value;
  assert.equal(read('guest/cell.yaml'), { ...read('linux-cell/cell.yaml'), name: 'guest', doorbell_spi: 255 });
  await compose(tree, 'qemu-virt');
});

test('without --use the board stays as it is', async () => {
  const tree = neighbourhood();
  const text = tree.read(BOARD, 'utf-8');
  await generate(tree, { name: 'guest', board: 'qemu-virt', directory: 'cells' });
  assert.ok(tree.exists('cells/guest/cell.yaml'));
  assert.is(tree.read(BOARD, 'utf-8'), text);
});

const edited = (tree: Workspace, from: string, to: string) => {
  const text = tree.read(BOARD, 'utf-8') ?? '';
  assert.ok(text.includes(from));
  tree.write(BOARD, text.replace(from, to));
};

/** Edits of the board, and what its cell then is. */
const BOARDS: [title: string, edits: [string, string][], expected: object][] = [
  [
    'less memory',
    [
      ['size: 0x20000000 }', 'size: 0x14000000 }'],
      ['scratch: { base: 0x58000000', 'scratch: { base: 0x48000000'],
    ],
    { carve_out: { base: 0x4f00_0000, size: 0x400_0000 } },
  ],
  [
    'a second bank, which is larger',
    [
      [
        '  - { base: 0x40000000, size: 0x20000000 }',
        '  - { base: 0x40000000, size: 0x20000000 }\n  - { base: 0x80000000, size: 0x20000000 }',
      ],
      ['scratch: { base: 0x58000000', 'scratch: { base: 0x50000000'],
    ],
    // [0x90000000, 0x91000000) is where the guest sees its ION window.
    {
      carve_out: { base: 0x8000_0000, size: 0x1000_0000 },
      ion: { ipa: 0x9000_0000, pa: 0x4800_0000, size: 0x100_0000 },
    },
  ],
  [
    'a Cadence UART',
    [['"arm,pl011", "arm,primecell"', '"xlnx,zynqmp-uart", "cdns,uart-r1p12"']],
    { console: 'passthrough', command_line: 'console=ttyPS0 panic=-1 ion_base=0x90000000' },
  ],
  [
    'a UART that the kernel does not drive',
    [['"arm,pl011", "arm,primecell"', '"acme,uart"']],
    { console: 'none', devices: ['interrupt-controller'] },
  ],
  ['a doorbell below what is claimed', [['first: 112, count: 64', 'first: 112, count: 144']], { doorbell_spi: 15 }],
];
for (const [title, edits, expected] of BOARDS) {
  test(`a cell fits its board: ${title}`, async () => {
    const tree = neighbourhood();
    for (const [from, to] of edits) edited(tree, from, to);
    await generate(tree, { name: 'guest', board: 'qemu-virt', use: true });
    const cell = parseCell(tree.read('guest/cell.yaml', 'utf-8') ?? '', 'guest/cell.yaml').value;
    for (const [key, value] of Object.entries(expected)) assert.equal(cell[key as keyof typeof cell], value, key);
    await compose(tree, 'qemu-virt');
  });
}

const FAULTS: [string, CellGeneratorOptions, [string, string][], RegExp][] = [
  ['a name that is none', { name: 'My Cell', board: 'qemu-virt' }, [], /a cell needs a plain name/],
  ['no such board', { name: 'guest', board: 'none' }, [], /there is no board none/],
  ['a cell that is there', { name: 'linux-cell', board: 'qemu-virt' }, [], /linux-cell\/cell\.yaml is there already/],
  ['the name of a project', { name: 'rumpk', board: 'qemu-virt' }, [], /there is a project rumpk already/],
  [
    'a board that is not filled in',
    { name: 'guest', board: 'qemu-virt' },
    [['psci: { method: smc }', 'psci: 7']],
    /board\.yaml:\d+/,
  ],
  [
    'a board without room',
    { name: 'guest', board: 'qemu-virt' },
    [['memory: { base: 0x40000000, size: 0x08000000 }', 'memory: { base: 0x40000000, size: 0x18000000 }']],
    /the memory of qemu-virt has no place for a cell[^]*64 MiB/,
  ],
  [
    'a board without an interrupt',
    { name: 'guest', board: 'qemu-virt' },
    [
      ['spi_count: 256', 'spi_count: 16'],
      ['virtio_mmio: {', '# {'],
      ['first: 2, count: 8', 'first: 2, count: 14'],
      ['spi: 1\n', 'spi: 0\n'],
      ['first: 48, count: 64', 'first: 1, count: 1'],
      ['first: 112, count: 64', 'first: 1, count: 1'],
    ],
    /no shared interrupt left/,
  ],
];
for (const [title, options, edits, expected] of FAULTS) {
  test(`${title}: refused, and nothing is written`, async () => {
    const tree = neighbourhood();
    for (const [from, to] of edits) edited(tree, from, to);
    const before = written(tree);
    assert.match(String(await generate(tree, options).catch((error: Error) => error)), expected);
    assert.equal(written(tree), before);
  });
}

test.run();
