// SPDX-License-Identifier: Apache-2.0
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { bindings, loadIonAbi } from '@nexus-forge/ion-abi';
import { testModule } from '@nexus-forge/kbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { neighbourhood, REPOSITORY } from '../board/from-tree/testing/neighbour';
import bridgeModuleGenerator, { type BridgeModuleGeneratorOptions } from './generator';
import { written } from '../testing';

const MODULES = 'linux-cell/modules';
const WINDOW = `${MODULES}/nexus_ion/window.h`;
const original = (file: string) => readFileSync(join(REPOSITORY, file), 'utf8');
const workspace = (): Tree => {
  const tree = neighbourhood();
  tree.write(WINDOW, original(WINDOW));
  return tree;
};
const CONSOLE = { name: 'console', receive: 'console_input', transmit: 'console_output' };
const generate = (tree: Tree, options: BridgeModuleGeneratorOptions) =>
  bridgeModuleGenerator(tree, options, async () => ['nexus_net']);

async function said(run: () => void): Promise<string> {
  const lines: string[] = [];
  const log = console.log;
  console.log = (line: string) => void lines.push(line);
  try {
    run();
  } finally {
    console.log = log;
  }
  return lines.join('\n');
}

test('a bridge is a folder, and every place outside of it that has to know it is told with its lines', async () => {
  const tree = workspace();
  const before = new Set(written(tree));
  const told = await said(await generate(tree, CONSOLE));
  const files = ['Kbuild', 'main.c', 'module.yaml', 'test/console_shim.h', 'test/console_test.c'];
  assert.equal(
    written(tree).filter((path) => !before.has(path)),
    files.map((file) => `${MODULES}/nexus_console/${file}`),
  );
  for (const file of files) assert.match(tree.read(`${MODULES}/nexus_console/${file}`, 'utf-8') ?? '', /GPL-2\.0-only/);
  assert.match(told, /bus\.c: .*\n {4}\t\{ "console", ION_CHANNEL_CONSOLE_INPUT, ION_CHANNEL_CONSOLE_OUTPUT \},/);
  assert.match(told, /window\.h: .*\n {4}#define NEXUS_SERVICES 4/);
  assert.match(told, /ion_attach_test\.c: .*\n {4}"nexus-console"/);
  assert.match(told, /initramfs\.yaml: .*\n {6}- nexus_console/);
  assert.match(told, /devices\.c: [^]*probe_console \},/);
});

/** What the lines that are told go into, as it stands in this workspace. */
const ANCHORS: [string, string][] = [
  [`${MODULES}/nexus_ion/bus.c`, '} services[NEXUS_SERVICES] = {'],
  [`${MODULES}/test/ion_attach_test.c`, 'names[NEXUS_SERVICES] = {'],
  ['linux-cell/init/devices.c', 'static const struct device devices[] = {'],
  ['linux-cell/init/devices.c', 'static bool probe_net(struct text *record)'],
  ['linux-cell/init/initramfs.yaml', '  - nexus_ion'],
];
for (const [file, anchor] of ANCHORS) {
  test(`${file} still has the place: ${anchor}`, () => assert.ok(original(file).includes(anchor)));
}

test("its tests run on this machine, over nexus_ion's own rings, and can fail", async () => {
  const root = mkdtempSync(join(tmpdir(), 'nf-bridge-module-'));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  try {
    const tree = workspace();
    await generate(tree, CONSOLE);
    for (const folder of ['nexus_ion', 'test'])
      cpSync(join(REPOSITORY, MODULES, folder), join(root, MODULES, folder), { recursive: true });
    const folder = `${MODULES}/nexus_console`;
    for (const { path, content } of tree.listChanges().filter((one) => one.path.startsWith(folder)))
      put(path, String(content));
    put('ion_abi.h', bindings(loadIonAbi(join(REPOSITORY, 'libs/ion-abi/ion-abi.yaml')))['ion_abi.h'] ?? '');
    const order = {
      workspaceRoot: root,
      description: `${folder}/module.yaml`,
      headers: ['ion_abi.h'],
      timeoutMs: 120_000,
    };
    const { passed, failed } = await testModule(order);
    assert.equal([passed, failed], [4, 0]);
    const main = tree.read(`${folder}/main.c`, 'utf-8') ?? '';
    put(`${folder}/main.c`, main.replace('taken < BUDGET', 'taken < BUDGET + 1'));
    assert.match(String(await testModule(order).catch((error: Error) => error)), /a call keeps to its budget/);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

const FAULTS: [string, Partial<BridgeModuleGeneratorOptions>, RegExp][] = [
  ['a name that is none', { name: 'my-bridge' }, /a service needs a plain name/],
  [
    'no such ring',
    { receive: 'sound' },
    /ion-abi\.yaml.*there is no ring sound of direction host_to_guest[^]*console_input/,
  ],
  [
    'a ring of the other direction',
    { receive: 'console_output' },
    /there is no ring console_output of direction host_to_guest/,
  ],
  [
    'no nexus_ion',
    { directory: 'src/modules' },
    /a bridge is a driver on the bus of nexus_ion[^]*src\/modules\/nexus_ion\/window\.h/,
  ],
  ['the name of a project', { name: 'net' }, /there is a project nexus_net already/],
];
for (const [title, options, expected] of FAULTS) {
  test(`${title}: refused, and nothing is written`, async () => {
    const tree = workspace();
    const before = written(tree);
    assert.match(String(await generate(tree, { ...CONSOLE, ...options }).catch((error: Error) => error)), expected);
    assert.equal(written(tree), before);
  });
}

test('a bridge that is there stays as it is', async () => {
  const tree = workspace();
  await generate(tree, CONSOLE);
  const before = written(tree);
  assert.match(
    String(await generate(tree, CONSOLE).catch((error: Error) => error)),
    /nexus_console\/Kbuild is there already/,
  );
  assert.equal(written(tree), before);
});

test.run();
