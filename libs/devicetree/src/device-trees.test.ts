// SPDX-License-Identifier: Apache-2.0
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sha256File } from '@nexus-forge/artefact';
import { withReads } from '@nexus-forge/process';
import { loadBoard } from './board';
import { loadCell } from './cell';
import { TOOLS_ON_PATH, type DeviceTreeTools } from './compile';
import { makeDeviceTrees } from './device-trees';
import { readProperties } from './read-back';

/** Every test has a workspace of its own with the bench in it. */
interface Context {
  root: string;
  output: string;
}

const test = suite<Context>('device trees');
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-dt-'));
  context.output = join(context.root, 'dist');
  cpSync(join(__dirname, 'golden', 'bench'), join(context.root, 'apps', 'bench'), { recursive: true });
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

async function make({ root, output }: Context, tools: DeviceTreeTools = TOOLS_ON_PATH): Promise<void> {
  const board = loadBoard(join(root, 'apps/bench/board.yaml'), 'apps/bench/board.yaml');
  const cell = loadCell(join(root, 'apps/bench/guest.yaml'), 'apps/bench/guest.yaml');
  await makeDeviceTrees({ root, board, cell, tools, outputDirectory: output });
}

const failure = async (run: Promise<unknown>): Promise<string> => run.then(() => '', (error: Error) => error.message);
const fragment = ({ root }: Context, kind: 'board' | 'cell', text: string) => writeFileSync(join(root, 'apps/bench', `${kind}.dtsi`), text);

test('three blobs are made, and their fragments are in them', async (context) => {
  await make(context);
  assert.equal(readdirSync(context.output).sort(), ['board.dtb', 'cell.dtb', 'manifest.dtb']);
  const label = { property: 'label', kind: 'text' } as const;
  assert.equal(await readProperties('fdtget', join(context.output, 'board.dtb'), [{ path: '/button@9020000', ...label }]), ['the fragment was here']);
  assert.equal(await readProperties('fdtget', join(context.output, 'cell.dtb'), [{ path: '/reserved-memory/ion@90000000', ...label }]), ['through cpp']);
});

test('the same inputs give the same bytes, wherever the workspace is', async (context) => {
  await make(context);
  const other = { root: join(context.root, 'deeper', 'place'), output: join(context.root, 'deeper', 'dist') };
  mkdirSync(other.root, { recursive: true });
  cpSync(join(context.root, 'apps'), join(other.root, 'apps'), { recursive: true });
  await make(other);
  for (const file of ['board.dtb', 'cell.dtb', 'manifest.dtb']) {
    assert.is(sha256File(join(context.output, file)), sha256File(join(other.output, file)));
  }
});

/** A tool that writes its arguments, one a line, to `log` and then is the real one. */
function recorder(root: string, tool: string, log: string): string {
  const path = join(root, `record-${tool}`);
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' ${tool} "$@" >> '${log}'\nexec ${tool} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

test('each tool gets exactly these arguments', async (context) => {
  const log = join(context.root, 'log');
  const tools = {
    cpp: recorder(context.root, 'aarch64-linux-gnu-cpp', log),
    dtc: recorder(context.root, 'dtc', log),
    fdtget: 'fdtget',
  };
  await make(context, tools);
  const calls = readFileSync(log, 'utf8').replace(/\S*\/(\.staging-)\S*\//g, '');
  const cpp = (file: string) => ['aarch64-linux-gnu-cpp', '-nostdinc', '-undef', '-D__DTS__', '-x', 'assembler-with-cpp', '-MD', '-MF', `${file}.cpp.d`, '-MT', 'dts', '-I', '.', '-'];
  const dtc = (file: string) => ['dtc', '-W', 'no-interrupt_provider', '-I', 'dts', '-O', 'dtb', '-d', `${file}.dtc.d`, '-o', file, '-'];
  const expected = ['board.dtb', 'cell.dtb', 'manifest.dtb'].flatMap((file) => [...cpp(file), ...dtc(file)]);
  assert.equal(calls.trimEnd().split('\n'), expected);
});

test('what fragments include is told, whoever includes it', async (context) => {
  const told: string[] = [];
  for (const [name, text] of [['defs.h', '#define LABEL "x"\n'], ['more.dtsi', '/ { more { data = /incbin/("blob"); }; };\n'], ['blob', 'b']] as const) {
    writeFileSync(join(context.root, 'apps/bench', name), text);
  }
  fragment(context, 'cell', '#include "defs.h"\n/ { told { label = LABEL; }; };\n/include/ "apps/bench/more.dtsi"\n');
  await withReads((paths) => void told.push(...paths), () => make(context));
  const names = [...new Set(told)].filter((path) => path.startsWith(context.root)).map((path) => path.slice(context.root.length + 1));
  for (const name of ['blob', 'cell.dtsi', 'defs.h', 'more.dtsi']) assert.ok(names.includes(`apps/bench/${name}`), names.join());
});

test('dtc finds what lies beside a fragment', async (context) => {
  for (const [name, text] of [['c.dtsi', '/ { more { data = /incbin/("b.bin"); }; };\n'], ['b.bin', 'bbbb']] as const) {
    writeFileSync(join(context.root, 'apps/bench', name), text);
  }
  fragment(context, 'cell', '/include/ "c.dtsi"\n/ { near { data = /incbin/("b.bin"); }; };\n');
  await make(context);
  const data = ['/more', '/near'].map((path) => ({ path, property: 'data', kind: 'hex' }) as const);
  assert.equal(await readProperties('fdtget', join(context.output, 'cell.dtb'), data), ['62626262', '62626262']);
});

test('an included file whose name dtc does not tell apart is refused, or told', async (context) => {
  writeFileSync(join(context.root, 'apps/bench/a b.dtsi'), '/ { };\n');
  fragment(context, 'cell', '/include/ "apps/bench/a b.dtsi"\n');
  const told: string[] = [];
  const said = await failure(withReads((paths) => void told.push(...paths), () => make(context)));
  // dtc 1.7 writes such a name so that it can be read.
  if (told.some((path) => path.endsWith('/a b.dtsi'))) assert.is(said, '');
  else assert.match(said, /includes a file whose name cannot be told/);
});

const BROKEN: [title: string, kind: 'board' | 'cell', text: string, expected: RegExp][] = [
  ['a syntax error', 'board', '&button { label = };\n', /dtc does not accept the device tree source of board\.dtb[\s\S]*apps\/bench\/board\.dtsi:1\.\d+-\d+ syntax error/],
  ['a warning of dtc', 'cell', '/ { stray@1000 { }; };\n', /dtc does not accept[\s\S]*expected: no error and no warning[\s\S]*unit_address_vs_reg/],
  ['a missing include', 'cell', '#include "none.dtsi"\n', /does not accept the device tree source of cell\.dtb[\s\S]*none\.dtsi: No such file/],
  ['a reference to nothing', 'cell', '&nothing { a; };\n', /Label or path nothing not found/],
  ['a reserved-memory node that is taken away', 'cell', '/delete-node/ &ion_window;\n', /ion_window/],
  [
    'a reserved-memory node that is taken away with all that refers to it',
    'cell',
    '/delete-node/ &ion_window;\n/ { ion { /delete-property/ memory-region; }; };\n',
    /cell\.dtb: \/reserved-memory\/ion@90000000 compatible is missing[\s\S]*fragment of the board/,
  ],
  ['a window that is mapped', 'cell', '&ion_window { /delete-property/ no-map; };\n', /cell\.dtb: \/reserved-memory\/ion@90000000 no-map is missing/],
  ['a window of another size', 'cell', '&ion_window { reg = <0x0 0x90000000 0x0 0x2000000>; };\n', /ion@90000000 reg is not as composed[\s\S]*0 90000000 0 1000000[\s\S]*0 90000000 0 2000000/],
  ['memory beyond the carve-out', 'cell', '/ { memory@48000000 { reg = <0x0 0x40000000 0x0 0x20000000>; }; };\n', /memory@48000000 reg is not as composed|unit address/],
  ['another command line', 'cell', '/ { chosen { bootargs = "ion_base=0x1"; }; };\n', /\/chosen bootargs is not as composed/],
  ['PSCI by SMC for the guest', 'cell', '/ { psci { method = "smc"; }; };\n', /\/psci method is not as composed/],
  ['an initrd that is there already', 'cell', '/ { chosen { linux,initrd-start = <0x48000000>; }; };\n', /linux,initrd-start is not as composed/],
  ['a device that refers to other memory', 'cell', '/ { ion { memory-region = <&gic>; }; };\n', /\/ion memory-region does not refer to \/reserved-memory\/ion@90000000/],
  ['further memory', 'cell', '/ { memory@70000000 { device_type = "memory"; reg = <0x0 0x70000000 0x0 0x1000000>; }; };\n', /cell\.dtb: there is memory that the YAML does not describe\n.*\/memory@48000000\n.*\/memory@70000000/],
  ['further memory without its type', 'cell', '/ { memory@70000000 { reg = <0x0 0x70000000 0x0 0x1000000>; }; };\n', /cell\.dtb: there is memory that the YAML does not describe[\s\S]*\/memory@70000000/],
  ['memory that is cut down', 'cell', '/ { chosen { linux,usable-memory-range = <0x0 0x48000000 0x0 0x1000000>; }; };\n', /cell\.dtb: the memory is cut down by the tree/],
  ['a device that is not mapped', 'cell', '/ { dev@c000000 { reg = <0x0 0xc000000 0x0 0x1000>; }; };\n', /cell\.dtb: there is a device that the cell is not given\n.*gicd \[.*\n.*\/dev@c000000 \[0xc000000, 0xc001000\)/],
  ['what lies beside its fragment and is not there', 'cell', '\n/include/ "gone.dtsi"\n', /apps\/bench\/cell\.dtsi:2: the fragment takes in gone\.dtsi, which is not there/],
  ['further memory of the board', 'board', '/ { memory@90000000 { device_type = "memory"; reg = <0x0 0x90000000 0x0 0x1000000>; }; };\n', /board\.dtb: there is memory[\s\S]*\/memory@90000000/],
  ['a further core', 'cell', '/ { cpus { cpu@2 { device_type = "cpu"; compatible = "arm,cortex-a72"; reg = <2>; enable-method = "psci"; }; }; };\n', /cell\.dtb: there is a core that the YAML does not describe\n.*cpu@0\n.*\/cpus\/cpu@2/],
  ['a further core that only its name tells', 'cell', '/ { cpus { cpu@1 { compatible = "arm,cortex-a72"; reg = <1>; enable-method = "psci"; }; }; };\n', /cell\.dtb: there is a core that the YAML does not describe\n.*cpu@0\n.*\/cpus\/cpu@1/],
  ['a further core of the board without a number', 'board', '/ { cpus { cpu { compatible = "arm,cortex-a72"; }; }; };\n', /board\.dtb: there is a core[\s\S]*\/cpus\/cpu$/m],
  ['memory reserved where Rumpk stages', 'cell', '/ { reserved-memory { pool@50000000 { reg = <0x0 0x50000000 0x0 0x100000>; }; }; };\n', /cell\.dtb: memory is reserved inside the carve-out[^\n]*\n.*\n.*pool@50000000 \[0x50000000, 0x50100000\)/],
  ['memory reserved inside the ION window', 'cell', '/ { reserved-memory { p@90100000 { reg = <0x0 0x90100000 0x0 0x1000>; }; }; };\n', /cell\.dtb: memory is reserved inside the ION window[^\n]*\n.*\[0x90000000, 0x91000000\).*\n.*p@90100000 \[0x90100000, 0x90101000\)/],
  ['memory reserved over the end of the ION window, second of two', 'cell', '/ { reserved-memory { p@70000000 { reg = <0x0 0x70000000 0x0 0x1000>, <0x0 0x90fff000 0x0 0x2000>; }; }; };\n', /inside the ION window[\s\S]*p@70000000 \[0x90fff000, 0x91001000\)/],
  ["a device on the doorbell's interrupt", 'cell', '/ { extra { interrupts = <0 200 4>; }; };\n', /cell\.dtb: a device is on the doorbell's interrupt\n.*SPI 200 for \/ion alone\n.*\/extra/],
  ["a device on the doorbell's interrupt, one of several", 'cell', '/ { bus { extra { interrupts = <0 201 4>, <0 200 4>; }; }; };\n', /doorbell's interrupt[\s\S]*\/bus\/extra/],
  ["a device on the doorbell's interrupt, named in full", 'cell', '/ { extra { interrupts-extended = <&gic 0 200 4>; }; };\n', /doorbell's interrupt[\s\S]*\/extra/],
  ["a nexus that leads to the doorbell's interrupt", 'cell', '/ { pcie { #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>; interrupt-map-mask = <0 0 0 7>; interrupt-map = <0 0 0 1 &gic 0 201 4>, <0 0 0 2 &gic 0 200 4>; }; };\n', /doorbell's interrupt[\s\S]*\/pcie/],
  ["a device on the doorbell's interrupt, below a bus of another controller", 'cell', '/ { other: other { interrupt-controller; #interrupt-cells = <1>; }; bus { interrupt-parent = <&other>; extra { interrupt-parent = <&gic>; interrupts = <0 200 4>; }; }; };\n', /doorbell's interrupt[\s\S]*\/bus\/extra/],
  ["a device on the doorbell's interrupt, another controller for all others", 'cell', '/ { interrupt-parent = <&other>; other: other { interrupt-controller; #interrupt-cells = <3>; }; extra { interrupt-parent = <&gic>; interrupts = <0 200 4>; }; };\n', /doorbell's interrupt[\s\S]*\/extra/],
  ['a kernel that lives elsewhere', 'board', '/ { nexus,board { stub-address = <0x0 0x40300000>; }; };\n', /board\.dtb: \/nexus,board stub-address is not as composed[\s\S]*Rumpk is compiled against it/],
];
for (const [title, kind, text, expected] of BROKEN) {
  test(`${title}: refused, and the old blobs stay`, async (context) => {
    await make(context);
    const before = sha256File(join(context.output, 'cell.dtb'));
    fragment(context, kind, text);
    assert.match(await failure(make(context)), expected);
    assert.is(sha256File(join(context.output, 'cell.dtb')), before);
    assert.equal(readdirSync(context.root).sort(), ['apps', 'dist']);
  });
}

const OTHER = '/ { other: other { interrupt-controller; #interrupt-cells = <3>; }; };\n';
const ADDED: [title: string, text: string][] = [
  ['reserved memory without a place or behind the window', '/ { reserved-memory { pool { compatible = "shared-dma-pool"; size = <0x0 0x100000>; }; behind@91000000 { reg = <0x0 0x91000000 0x0 0x1000>; }; }; };\n'],
  ['a device that is switched off', '/ { dev@c000000 { status = "disabled"; reg = <0x0 0xc000000 0x0 0x1000>; }; };\n'],
  ['other interrupts of the controller', '/ { extra { interrupts = <0 201 4>, <1 200 4>; }; };\n'],
  ['a bus of another controller', `${OTHER}/ { bus { interrupt-parent = <&other>; extra { interrupts = <0 200 4>; }; }; };\n`],
  ['an interrupt of another controller, named in full', `${OTHER}/ { extra { interrupts-extended = <&other 0 200 4>, <&gic 0 201 4>; }; };\n`],
  ["a nexus whose own numbers are the doorbell's", '/ { bus { #address-cells = <0>; #interrupt-cells = <3>; interrupt-map = <0 200 4 &gic 0 201 4>; extra { interrupts = <0 200 4>; }; }; };\n'],
];
for (const [title, text] of ADDED) {
  test(`a fragment may add ${title}`, async (context) => {
    fragment(context, 'cell', text);
    await make(context);
  });
}

test('a missing tool names its package', async (context) => {
  assert.match(await failure(make(context, { ...TOOLS_ON_PATH, dtc: 'no-dtc' })), /apt-get install device-tree-compiler/);
  assert.not(existsSync(context.output));
});

test.run();
