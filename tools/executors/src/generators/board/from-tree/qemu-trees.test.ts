// SPDX-License-Identifier: Apache-2.0
// QEMU's own trees, from the QEMU that the workspace runs.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseBoard } from '@nexus-forge/devicetree';
import boardGenerator from '../generator';
import { boardFromTree } from './board-from-tree';
import { compose } from './testing/compose';
import { neighbourhood } from './testing/neighbour';
import { scratchFolder } from './testing/source';

/** raspi3b and xlnx-zcu102 have no tree: QEMU 7.2 writes nothing and never ends. */
function dumped(machine: string, ...args: string[]): string {
  const folder = scratchFolder();
  // sbsa-ref looks for this file before it makes its tree, and never runs it there.
  writeFileSync(join(folder, 'vgabios-stdvga.bin'), Buffer.alloc(512));
  const blob = join(folder, 'machine.dtb');
  const options = [
    '-L',
    '/usr/share/qemu',
    '-L',
    folder,
    '-M',
    `${machine},dumpdtb=${blob}`,
    ...args,
    '-nodefaults',
    '-display',
    'none',
  ];
  execFileSync('qemu-system-aarch64', options, { timeout: 60_000, stdio: 'pipe' });
  return blob;
}

async function generated(blob: string) {
  const tree = neighbourhood();
  const todos = await boardFromTree(tree, { name: 'lab', fromDtb: blob, directory: 'apps' });
  return { tree, todos: todos.map(({ key }) => key), text: tree.read('apps/lab/board.yaml', 'utf-8') ?? '' };
}

const A72 = ['-cpu', 'cortex-a72'];
const MIB = 2 ** 20;
const GICV2 = {
  version: 2,
  distributor: { base: 0x0800_0000, size: 0x1_0000 },
  cpu_interface: { base: 0x0801_0000, size: 0x1_0000 },
  hypervisor: { base: 0x0803_0000, size: 0x1_0000 },
  virtual_cpu: { base: 0x0804_0000, size: 0x1_0000 },
  maintenance_ppi: 9,
  spi_count: 256,
};
const GICV3 = {
  version: 3,
  distributor: { base: 0x0800_0000, size: 0x1_0000 },
  redistributor: { base: 0x080a_0000, size: 0xf6_0000 },
  maintenance_ppi: 9,
  spi_count: 256,
};

test('virt as the reference board has it is the reference board, cell and all', async () => {
  const { tree, todos, text } = await generated(dumped('virt,virtualization=on,gic-version=2', ...A72, '-m', '512'));
  assert.equal(todos, []);
  const found = parseBoard(text, 'apps/lab/board.yaml').value;
  const reference = parseBoard(
    tree.read('apps/qemu-virt/board.yaml', 'utf-8') ?? '',
    'apps/qemu-virt/board.yaml',
  ).value;
  assert.equal(found, {
    ...reference,
    name: 'lab',
    title: 'linux,dummy-virt',
    claimed_spis: [
      { first: 2, count: 8, about: 'pl031, pcie, pl061, secure UART, generic event device' },
      { first: 48, count: 128, about: 'GICv2m message frames, platform bus' },
    ],
  });
  assert.not(tree.exists('apps/lab/cell/cell.yaml'), 'the cell of the reference board fits');
  await compose(tree, 'lab');
});

const MACHINES: [title: string, machine: string, args: string[], expected: object][] = [
  [
    'GICv2, four cores, 4 GiB',
    'virt,virtualization=on,gic-version=2',
    [...A72, '-smp', '4', '-m', '4G'],
    { gic: GICV2, cpus: { compatible: 'arm,cortex-a72', count: 4 }, memory: [{ base: 0x4000_0000, size: 4096 * MIB }] },
  ],
  [
    'GICv3, four cores, 4 GiB',
    'virt,virtualization=on,gic-version=3',
    [...A72, '-smp', '4', '-m', '4G'],
    { gic: GICV3, cpus: { compatible: 'arm,cortex-a72', count: 4 }, memory: [{ base: 0x4000_0000, size: 4096 * MIB }] },
  ],
  [
    '128 MiB',
    'virt,virtualization=on,gic-version=2',
    A72,
    { gic: GICV2, memory: [{ base: 0x4000_0000, size: 128 * MIB }], cell: 'apps/lab/cell/cell.yaml' },
  ],
  [
    'NUMA: two nodes that touch are one bank',
    'virt,virtualization=on,gic-version=3',
    [
      ...A72,
      '-smp',
      '2',
      '-m',
      '1G',
      '-object',
      'memory-backend-ram,id=a,size=512M',
      '-object',
      'memory-backend-ram,id=b,size=512M',
      '-numa',
      'node,memdev=a,cpus=0',
      '-numa',
      'node,memdev=b,cpus=1',
    ],
    { memory: [{ base: 0x4000_0000, size: 1024 * MIB }], cpus: { compatible: 'arm,cortex-a72', count: 2 } },
  ],
];
for (const [title, machine, args, expected] of MACHINES) {
  test(`${machine}: ${title}`, async () => {
    const { tree, todos, text } = await generated(dumped(machine, ...args));
    assert.equal(todos, []);
    const found = parseBoard(text, 'apps/lab/board.yaml').value;
    for (const [key, value] of Object.entries(expected)) assert.equal(found[key as keyof typeof found], value, key);
    assert.equal(Object.keys(found.qemu ?? {}), ['machine', 'options', 'cpu'], 'what follows from the board is left out');
    await compose(tree, 'lab');
  });
}

test('a cell of its own lies where the graph looks for cells', async () => {
  const tree = neighbourhood();
  const options = { roots: { cells: ['cells'] } };
  tree.write('nx.json', JSON.stringify({ plugins: [{ plugin: '@nexus-forge/nx', options }] }));
  const blob = dumped('virt,virtualization=on,gic-version=2', ...A72);
  await boardFromTree(tree, { name: 'lab', fromDtb: blob, directory: 'apps' });
  assert.match(tree.read('apps/lab/board.yaml', 'utf-8') ?? '', /^cell: cells\/lab-cell\/cell\.yaml$/m);
  assert.match(tree.read('cells/lab-cell/cell.yaml', 'utf-8') ?? '', /\$schema=\.\.\/\.\.\/node_modules/);
  await compose(tree, 'lab');
});

test('xlnx-versal-virt: memory from 0, a row of eight transports, no PSCI', async () => {
  const { tree, todos, text } = await generated(dumped('xlnx-versal-virt', '-m', '2G'));
  assert.equal(todos, ['psci']);
  const { memory, gic, serial, virtio_mmio: row, rumpk, compatible } = parseBoard(text, 'apps/lab/board.yaml').value;
  assert.equal(
    { memory, row, compatible },
    {
      memory: [{ base: 0, size: 2048 * MIB }],
      row: { base: 0xa000_0000, stride: 0x200, count: 8, first_spi: 111 },
      compatible: ['xlnx,versal-virt'],
    },
  );
  assert.equal(
    [gic.distributor.base, gic.redistributor, gic.maintenance_ppi],
    [0xf900_0000, { base: 0xf908_0000, size: 0x8_0000 }, 9],
  );
  assert.equal([serial.base, serial.spi, serial.clock_hz], [0xff00_0000, 18, 125_000_000]);
  assert.is(rumpk.memory.base, MIB, 'page 0 is left out');
  await compose(tree, 'lab');
});

test('sbsa-ref says little: each gap is named, and marked at its place', async () => {
  const { todos, text } = await generated(dumped('sbsa-ref'));
  assert.equal(todos, ['model', 'cpus', 'rumpk', 'psci', 'timer', 'gic', 'serial', 'cell']);
  for (const key of todos) assert.match(text, new RegExp(`^# TODO ${key}: \\S`, 'm'));
  assert.match(text, /^memory:\n {2}- \{ base: 0x10000000000, size: 0x40000000 \}$/m);
  assert.throws(() => parseBoard(text, 'apps/lab/board.yaml'), /board.yaml.*(lacks|missing|required)/);
});

test('a machine without EL2 is told apart', async () => {
  const { todos } = await generated(dumped('virt,gic-version=2', ...A72, '-m', '512'));
  assert.equal(todos, ['psci', 'gic.hypervisor', 'gic.virtual_cpu', 'gic.maintenance_ppi']);
});

test('the generator says on the terminal what is left to do', async () => {
  const done = await boardGenerator(
    neighbourhood(),
    { name: 'lab', fromDtb: dumped('xlnx-versal-virt', '-m', '2G') },
    async () => [],
  );
  const said: string[] = [];
  const log = console.log;
  console.log = (line: string) => void said.push(line);
  try {
    done();
  } finally {
    console.log = log;
  }
  assert.match(
    said.join('\n'),
    /^TODO psci: the tree has no PSCI.*\nEdit apps\/lab\/board\.yaml, then: npx nx run lab:device-tree$/,
  );
});

test.run();
