// SPDX-License-Identifier: Apache-2.0
// Trees of real boards, compiled from the kernel source that workspace.json pins. The numbers were read in the source:
// the node, the buses above it and their ranges.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { requireTool } from '@nexus-forge/toolchain';
import { parseDocument } from 'yaml';
import { boardFromTree } from './board-from-tree';
import { compose } from './testing/compose';
import { neighbourhood, REPOSITORY } from './testing/neighbour';
import { scratchFolder } from './testing/source';

/** What the sources of these boards are in, or include. */
const PARTS = [
  ...['allwinner', 'arm', 'broadcom', 'freescale', 'rockchip', 'ti', 'xilinx'].map(
    (vendor) => `*/arch/arm64/boot/dts/${vendor}/*`,
  ),
  ...[
    '*/arch/arm/boot/dts/*',
    '*/include/dt-bindings/*',
    '*/scripts/dtc/include-prefixes/*',
    '*/include/uapi/linux/input-event-codes.h',
  ],
];

const gic2 = (base: number, cpu = 0x2000) => ({
  version: 2,
  distributor: { base, size: 0x1000 },
  cpu_interface: { base: base + 0x1000, size: cpu },
  hypervisor: { base: base + 0x3000, size: 0x2000 },
  virtual_cpu: { base: base + 0x5000, size: 0x2000 },
  maintenance_ppi: 9,
});
const gic3 = (distributor: number, redistributor: number) => ({
  version: 3,
  distributor: { base: distributor, size: 0x1_0000 },
  redistributor: { base: redistributor, size: 0xc_0000 },
  maintenance_ppi: 9,
});

interface Expected {
  compatible: string;
  cpus: { compatible: string; count: number };
  memory?: { base: number; size: number }[];
  method?: 'smc';
  gic: object;
  serial: { compatible: string; base: number; size: number; spi: number; clock_hz?: number };
  /** Interrupts of other devices, of which a doorbell could take none. */
  claimed: number[];
  todos: string[];
  /** Base of Rumpk's memory, of the cell's and of the ION window's. */
  places?: [number, number, number];
}

const NOT_TOLD = ['gic.spi_count', 'serial.clock_hz'];
const NO_DRIVER = ['gic.spi_count', 'serial', 'serial.clock_hz'];

const BOARDS: Record<string, Expected> = {
  // A bus whose addresses are elsewhere for the CPU; stdout by an alias with options; cores that spin.
  'broadcom/bcm2711-rpi-4-b': {
    compatible: 'raspberrypi,4-model-b',
    cpus: { compatible: 'arm,cortex-a72', count: 4 },
    gic: gic2(0xff84_1000),
    serial: { compatible: 'brcm,bcm2835-aux-uart', base: 0xfe21_5040, size: 0x40, spi: 93 },
    // The PL011's, mmc's, and the interrupts of PCIe's map.
    claimed: [121, 126, 143, 146],
    todos: ['memory', 'rumpk', 'psci', ...NO_DRIVER, 'cell'],
  },
  // Two banks, and memory from 0.
  'xilinx/zynqmp-zcu102-rev1.0': {
    compatible: 'xlnx,zynqmp-zcu102-rev1.0',
    cpus: { compatible: 'arm,cortex-a53', count: 4 },
    memory: [
      { base: 0, size: 0x8000_0000 },
      { base: 0x8_0000_0000, size: 0x8000_0000 },
    ],
    method: 'smc',
    gic: {
      version: 2,
      distributor: { base: 0xf901_0000, size: 0x1_0000 },
      cpu_interface: { base: 0xf902_0000, size: 0x2_0000 },
      hypervisor: { base: 0xf904_0000, size: 0x2_0000 },
      virtual_cpu: { base: 0xf906_0000, size: 0x2_0000 },
      maintenance_ppi: 9,
    },
    serial: { compatible: 'xlnx,zynqmp-uart', base: 0xff00_0000, size: 0x1000, spi: 21 },
    claimed: [22, 48, 63, 114],
    todos: NOT_TOLD,
    places: [0x10_0000, 0x800_0000, 0x1f00_0000],
  },
  // Three buses, one in another; a redistributor.
  'freescale/imx8mm-evk': {
    compatible: 'fsl,imx8mm-evk',
    cpus: { compatible: 'arm,cortex-a53', count: 4 },
    memory: [{ base: 0x4000_0000, size: 0x8000_0000 }],
    method: 'smc',
    gic: gic3(0x3880_0000, 0x3888_0000),
    serial: { compatible: 'fsl,imx8mm-uart', base: 0x3089_0000, size: 0x1_0000, spi: 27 },
    claimed: [26, 28, 47, 118],
    todos: NO_DRIVER,
    places: [0x4000_0000, 0x4800_0000, 0x5f00_0000],
  },
  // Cells of 1 throughout; an interrupt 0; no memory node.
  'allwinner/sun50i-h6-pine-h64': {
    compatible: 'pine64,pine-h64',
    cpus: { compatible: 'arm,cortex-a53', count: 4 },
    method: 'smc',
    gic: gic2(0x0302_1000),
    serial: { compatible: 'snps,dw-apb-uart', base: 0x0500_0000, size: 0x400, spi: 0 },
    claimed: [1, 48, 96],
    todos: ['memory', 'rumpk', ...NO_DRIVER, 'cell'],
  },
  // A PL011; cores of two kinds; a bus with an interrupt map; a window of the guest's in the middle of the memory.
  'arm/juno-r2': {
    compatible: 'arm,juno-r2',
    cpus: { compatible: 'arm,cortex-a72', count: 6 },
    memory: [
      { base: 0x8000_0000, size: 0x7f00_0000 },
      { base: 0x8_8000_0000, size: 0x1_8000_0000 },
    ],
    method: 'smc',
    gic: {
      version: 2,
      distributor: { base: 0x2c01_0000, size: 0x1000 },
      cpu_interface: { base: 0x2c02_f000, size: 0x2000 },
      hypervisor: { base: 0x2c04_f000, size: 0x2000 },
      virtual_cpu: { base: 0x2c06_f000, size: 0x2000 },
      maintenance_ppi: 9,
    },
    serial: { compatible: 'arm,pl011', base: 0x7ff8_0000, size: 0x1000, spi: 83, clock_hz: 7_372_800 },
    claimed: [60, 68, 136, 169],
    todos: ['cpus.compatible', 'cpus.count', 'gic.spi_count'],
    places: [0x8000_0000, 0x9100_0000, 0x8f00_0000],
  },
  // A bus with forty ranges, a controller between device and GIC, and reserved memory.
  'ti/k3-am625-sk': {
    compatible: 'ti,am625-sk',
    cpus: { compatible: 'arm,cortex-a53', count: 4 },
    memory: [{ base: 0x8000_0000, size: 0x8000_0000 }],
    method: 'smc',
    gic: gic3(0x0180_0000, 0x0188_0000),
    serial: { compatible: 'ti,am64-uart', base: 0x0280_0000, size: 0x100, spi: 178 },
    claimed: [133, 161, 179, 186],
    todos: NO_DRIVER,
    places: [0x8000_0000, 0x8700_0000, 0x8f00_0000],
  },
  // Four cells an interrupt, groups of private interrupts, and no memory node.
  'rockchip/rk3399-rock960': {
    compatible: 'vamrs,rock960',
    cpus: { compatible: 'arm,cortex-a53', count: 6 },
    method: 'smc',
    gic: gic3(0xfee0_0000, 0xfef0_0000),
    serial: { compatible: 'rockchip,rk3399-uart', base: 0xff1a_0000, size: 0x100, spi: 100 },
    claimed: [99, 101, 113],
    todos: ['cpus.compatible', 'cpus.count', 'memory', 'rumpk', ...NO_DRIVER, 'cell'],
  },
};

const test = suite<{ source: string }>('trees of real boards');
test.before(async (context) => {
  context.source = scratchFolder();
  const { path } = await requireTool(REPOSITORY, 'linux-source');
  const args = [
    '--extract',
    '--force-local',
    `--file=${path}`,
    `--directory=${context.source}`,
    '--strip-components=1',
    '--no-same-owner',
    '--wildcards',
    ...PARTS,
  ];
  execFileSync('tar', args, { env: { ...process.env, XZ_OPT: '--threads=0' } });
});

function compiled(source: string, board: string): string {
  const file = `arch/arm64/boot/dts/${board}.dts`;
  const cpp = [
    '-nostdinc',
    '-undef',
    '-D__DTS__',
    '-x',
    'assembler-with-cpp',
    '-I',
    'scripts/dtc/include-prefixes',
    '-I',
    'include',
    file,
  ];
  const input = execFileSync('aarch64-linux-gnu-cpp', cpp, { cwd: source, maxBuffer: 1 << 26 });
  const blob = join(source, 'board.dtb');
  execFileSync('dtc', ['-q', '-I', 'dts', '-O', 'dtb', '-i', dirname(file), '-o', blob, '-'], { cwd: source, input });
  return blob;
}

const names = (todos: readonly { key: string }[]) => todos.map(({ key }) => key);

for (const [board, expected] of Object.entries(BOARDS)) {
  test(board, async ({ source }) => {
    const tree = neighbourhood();
    const todos = await boardFromTree(tree, { name: 'lab', fromDtb: compiled(source, board), directory: 'apps' });
    assert.equal(names(todos), expected.todos);
    const text = tree.read('apps/lab/board.yaml', 'utf-8') ?? '';
    for (const { key } of todos) assert.ok(text.includes(`# TODO ${key}: `), `${key} is marked`);
    const found = parseDocument(text).toJS() as Record<string, never>;
    const { compatible, cpus, memory, psci, timer, gic, serial, claimed_spis: claims } = found as Record<string, any>;
    const { spi_count: spis, ...windows } = gic;
    assert.equal(
      {
        compatible: compatible[0],
        cpus,
        memory,
        method: psci?.method,
        gic: windows,
        serial: { ...serial, compatible: serial.compatible[0] },
      },
      {
        ...{
          compatible: expected.compatible,
          cpus: expected.cpus,
          memory: expected.memory,
          method: expected.method,
          gic: expected.gic,
        },
        serial: { name: 'uart0', ...expected.serial },
      },
    );
    assert.equal(timer, { secure: 13, physical: 14, virtual: 11, hypervisor: 10 });
    const isClaimed = (spi: number) =>
      claims.some(({ first, count }: { first: number; count: number }) => spi >= first && spi < first + count);
    assert.equal(
      expected.claimed.filter((spi) => !isClaimed(spi)),
      [],
    );
    assert.not(isClaimed(expected.serial.spi));
    assert.ok(spis > Math.max(...expected.claimed), 'as many interrupts as are used');
    if (expected.places === undefined) return;
    const cell = parseDocument(
      tree.read('apps/lab/cell/cell.yaml', 'utf-8') ?? 'carve_out: { base: 0x48000000 }\nion: { pa: 0x5F000000 }\n',
    ).toJS();
    assert.equal(
      [(found as Record<string, any>)['rumpk'].memory.base, cell.carve_out.base, cell.ion.pa],
      expected.places,
    );
    await compose(tree, 'lab');
  });
}

test.run();
