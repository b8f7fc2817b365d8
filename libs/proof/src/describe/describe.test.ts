// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describe, DESCRIPTIONS } from '.';
import { givesValue, type Described } from './described';

const TOOLS = { fdtget: 'fdtget', fdtput: 'fdtput' };
/** Memory above 4 GiB, so that both cells of a number count. */
const BOARD = `/dts-v1/;
/ {
  #address-cells = <2>; #size-cells = <2>;
  chosen { stdout-path = "/serial@ff000000:115200n8"; };
  nexus,board {
    rumpk-memory = <0x100 0x0 0x0 0x8000000>; scratch = <0x100 0x10000000 0x0 0x1000>;
    image-address = <0x100 0x200000>; stub-address = <0x100 0x201000>;
  };
  memory@10000000000 { reg = <0x100 0x0 0x1 0x0>; };
  cpus { #address-cells = <1>; #size-cells = <0>; cpu@0 { compatible = "arm,cortex-a53"; reg = <0>; }; cpu@1 { compatible = "arm,cortex-a53"; reg = <1>; }; };
  interrupt-controller@8000000 { compatible = "arm,gic-v3"; reg = <0x0 0x8000000 0x0 0x10000 0x0 0x80a0000 0x0 0xf60000>; };
  virtio_mmio@a000000 { compatible = "virtio,mmio"; }; virtio_mmio@a000200 { compatible = "virtio,mmio"; };
  serial@ff000000 { compatible = "cdns,uart-r1p12", "xlnx,xuartps"; reg = <0x0 0xff000000 0x0 0x1000>; };
};
`;
const CELL = `/dts-v1/;
/ {
  cell {
    #address-cells = <2>; #size-cells = <2>;
    vmid = <7>; cpu-count = <2>; doorbell-spi = <200>; console = "passthrough";
    carve-out = <0x0 0x48000000 0x0 0x10000000>; ion-window = <0x0 0x90000000 0x8 0x5f000000 0x0 0x1000000>;
    device@9000000 { device-name = "uart0"; reg = <0x0 0x9000000 0x0 0x1000>; reg-ipa-pa-size = <0x0 0x9000000 0x1 0x9000000 0x0 0x1000>; };
  };
};
`;

const test = suite<{ folder: string }>('what describes a board');
test.before.each((context) => void (context.folder = mkdtempSync(join(tmpdir(), 'nf-describe-'))));
test.after.each(({ folder }) => rmSync(folder, { recursive: true }));

function compiled(folder: string, name: string, source: string): string {
  execFileSync('dtc', ['-q', '-I', 'dts', '-O', 'dtb', '-o', join(folder, name)], { input: source });
  return join(folder, name);
}

const read = (kind: keyof typeof DESCRIPTIONS, file: string): Promise<Described> => describe({ described_by: { [kind]: 'it' } }, () => file, TOOLS);

test('board.dtb: where things are, in whole 64-bit addresses', async ({ folder }) => {
  const { values } = await read('board', compiled(folder, 'board.dtb', BOARD));
  assert.equal(Object.fromEntries(values), {
    'ram.base': '0x10000000000',
    'ram.size': '0x100000000',
    'rumpk.memory.base': '0x10000000000',
    'rumpk.memory.size': '0x8000000',
    'rumpk.scratch.base': '0x10010000000',
    'rumpk.scratch.size': '0x1000',
    'rumpk.image': '0x10000200000',
    'rumpk.stub': '0x10000201000',
    'serial.base': '0xff000000',
    'serial.compatible': 'cdns,uart-r1p12',
    'gic.distributor': '0x8000000',
    'gic.compatible': 'arm,gic-v3',
    'gic.version': '3',
    'cpu.compatible': 'arm,cortex-a53',
    'cpu.midr': '0x410fd034',
    'cpu.pa_range': '0x2',
    'cpu.pmcr': '0x41033000',
    'cpu.count': '2',
    'virtio.transports': '2',
  });
});

test('board.dtb: a node is what the first known of its compatible strings says, or else the first', async ({ folder }) => {
  const withOthers = (others: string) =>
    ['"cdns,uart-r1p12"', '"arm,gic-v3"', '"arm,cortex-a53"'].reduce(
      (text, known) => text.replaceAll(`compatible = ${known}`, `compatible = ${others}, ${known}`),
      BOARD,
    );
  const driven = ['serial.compatible', 'gic.compatible', 'gic.version', 'cpu.compatible', 'cpu.midr'];
  const found = async (source: string) => {
    const { values } = await read('board', compiled(folder, 'board.dtb', source));
    return driven.map((name) => values.get(name));
  };
  assert.equal(await found(withOthers('"acme,one", "acme,two"')), await found(BOARD));
  const unknown = BOARD.replace(/compatible = "(cdns|arm),[^;]*/g, 'compatible = "acme,one", "acme,two"');
  assert.equal(await found(unknown), ['acme,one', 'acme,one', undefined, 'acme,one', undefined]);
});

test('manifest.dtb: what the cell is given, and its devices as a list', async ({ folder }) => {
  const { values, lists } = await read('cell', compiled(folder, 'manifest.dtb', CELL));
  assert.equal([values.get('cell.vmid'), values.get('carve_out.kib'), values.get('ion.pa'), values.get('cell.console')], ['7', '262144', '0x85f000000', 'passthrough']);
  assert.equal(lists.get('cell.devices'), [
    { name: 'uart0', ipa: '0x9000000', pa: '0x109000000', base: '0x109000000', size: '0x1000', memory: 'device', access: 'rw', execute: false },
  ]);
});

test('ion-abi.json: rings by name, sections where the manifest puts the window', async ({ folder }) => {
  const file = join(folder, 'ion-abi.json');
  writeFileSync(file, readFileSync(join(__dirname, '../../../ion-abi/src/golden/ion-abi.json.golden')));
  const { values, lists } = await read('ion', file);
  assert.equal([values.get('ion.magic'), values.get('ion.version'), values.get('ring.out.producer')], ['0x494f4e52', '0x7', '0x2080']);
  const second = lists.get('ion.sections')![1];
  assert.equal(second, {
    name: 'host control',
    ipa: '$ion.ipa + 0x1000',
    pa: '$ion.pa + 0x1000',
    base: '$ion.pa + 0x1000',
    size: '0x1000',
    memory: 'normal',
    access: 'ro',
    execute: false,
  });
});

test('each gives just the names that proofs are checked against', async ({ folder }) => {
  const files = { board: compiled(folder, 'b.dtb', BOARD), cell: compiled(folder, 'c.dtb', CELL), ion: join(__dirname, '../../../ion-abi/src/golden/ion-abi.json.golden') };
  for (const kind of Object.keys(DESCRIPTIONS) as (keyof typeof DESCRIPTIONS)[]) {
    const { values, lists } = await read(kind, files[kind]);
    const known = DESCRIPTIONS[kind];
    assert.equal([...values.keys()].filter((name) => !givesValue(known, name)), []);
    assert.equal(known.values.filter((name) => typeof name === 'string' && !values.has(name)), []);
    assert.equal([...lists.keys()], [...known.lists]);
  }
});

test('a tree without what a board must have says which, and in which file', async ({ folder }) => {
  const file = compiled(folder, 'board.dtb', BOARD.replace('image-address = <0x100 0x200000>;', ''));
  await read('board', file).then(
    () => assert.unreachable(),
    (error) => assert.match(String(error.message), /image-address|NOTFOUND/),
  );
});

test.run();
