// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BINDING_TOOLS_ON_PATH, makeSchema, tarArguments, validateBindings, validateBlobs } from './bindings';
import { loadBoard, parseBoard } from './board';
import { loadCell, parseCell } from './cell';
import { TOOLS_ON_PATH } from './compile';
import { makeDeviceTrees } from './device-trees';

const ROOT = join(__dirname, '..', '..', '..');
const KERNEL_SOURCE = '/usr/src/linux-source-6.1.tar.xz';

interface Context {
  /** Trees of the reference board and the schema, made once. */
  made: string;
  schema: string;
  /** A folder for one test. */
  folder: string;
  /** A copy of a tree, for one test. */
  blob: (name: string) => string;
}

const OPTIONS = { tools: BINDING_TOOLS_ON_PATH, kernelSource: KERNEL_SOURCE, kernelBindings: [], documents: join(ROOT, 'docs/bindings') };

const test = suite<Context>('bindings');
test.before(async (context) => {
  context.made = mkdtempSync(join(tmpdir(), 'nf-bindings-'));
  const file = 'apps/qemu-virt/board.yaml';
  const board = loadBoard(join(ROOT, file), file);
  const cell = loadCell(join(ROOT, board.value.cell), board.value.cell);
  await makeDeviceTrees({ root: ROOT, board, cell, tools: TOOLS_ON_PATH, outputDirectory: join(context.made, 'dt') });
  context.schema = await makeSchema(context.made, OPTIONS);
});
test.after(({ made }) => rmSync(made, { recursive: true, force: true }));
test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'nf-bindings-'));
  context.blob = (name) => {
    const copy = join(context.folder, 'dt', `${name}.dtb`);
    if (!existsSync(copy)) cpSync(join(context.made, 'dt', `${name}.dtb`), copy);
    return copy;
  };
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const put = (blob: string, ...args: string[]) => execFileSync('fdtput', [...args.slice(0, 2), blob, ...args.slice(2)]);
const failure = async (run: Promise<unknown>): Promise<string> => run.then(() => '', (error: Error) => error.message);

test('the trees of the reference board follow their bindings', async ({ blob }) => {
  assert.ok(existsSync(KERNEL_SOURCE), 'the kernel source is installed by npm run bootstrap');
  const before = readFileSync(blob('cell'));
  await validateBindings([blob('board'), blob('cell'), blob('manifest')], OPTIONS);
  assert.equal(readFileSync(blob('cell')), before);
});

test('so do those of the same board with GICv3 and a cell without a console', async ({ folder, schema }) => {
  const edited = (file: string, edits: [string | RegExp, string][]) =>
    edits.reduce((text, [from, to]) => text.replace(from, to), readFileSync(join(ROOT, file), 'utf8'));
  const board = parseBoard(
    edited('apps/qemu-virt/board.yaml', [
      ['version: 2', 'version: 3'],
      [/  cpu_interface[\s\S]*?virtual_cpu[^\n]*\n/, '  redistributor: { base: 0x080A0000, size: 0xF60000 }\n'],
    ]),
    'apps/qemu-virt/board.yaml',
  );
  const cell = parseCell(edited('linux-cell/cell.yaml', [[', uart0', ''], ['console: passthrough', 'console: none']]), 'cell.yaml');
  const outputDirectory = join(folder, 'v3');
  await makeDeviceTrees({ root: ROOT, board, cell, tools: TOOLS_ON_PATH, outputDirectory });
  const blobs = ['board', 'cell', 'manifest'].map((name) => join(outputDirectory, `${name}.dtb`));
  await validateBlobs(blobs, schema, folder, OPTIONS);
});

type Violation = [title: string, fdtput: string[], expected: RegExp];

/** All violations of one tree are put into one copy of it: each must be told. */
const VIOLATIONS: Record<string, Violation[]> = {
  cell: [
    ['a doorbell with two interrupts', ['-t', 'x', '/ion', 'interrupts', '0', 'c8', '1', '0', 'c9', '1'], /ion: interrupts[^\n]*too long/],
    ['a property of nobody', ['-t', 's', '/ion', 'nexus,speed', 'fast'], /ion: [^\n]*'nexus,speed' (was unexpected|does not match)/],
    ['PSCI by an unknown conduit', ['-t', 's', '/psci', 'method', 'svc'], /psci: method[^\n]*'svc' is not one of/],
    ['a UART with a clock too few', ['-t', 's', '/serial@9000000', 'clock-names', 'uartclk'], /serial@9000000: clock-names/],
    ['a device that no binding knows', ['-t', 's', '/timer', 'compatible', 'nexus,none'], /failed to match any schema with compatible: \['nexus,none'\]/],
  ],
  manifest: [['an unknown console policy', ['-t', 's', '/cell', 'console', 'shared'], /console[^\n]*'shared' is not one of/]],
  board: [['a range in three cells', ['-t', 'x', '/nexus,board', 'scratch', '0', '58000000', '0'], /nexus,board: scratch[\s\S]*too short/]],
};
for (const [tree, violations] of Object.entries(VIOLATIONS)) {
  test(`${tree}.dtb: ${violations.map(([title]) => title).join(', ')}: refused`, async ({ blob, schema, folder }) => {
    for (const [, args] of violations) put(blob(tree), ...args);
    const message = await failure(validateBlobs([blob(tree)], schema, folder, OPTIONS));
    assert.match(message, `${tree}.dtb does not follow its bindings`);
    for (const [, , expected] of violations) assert.match(message, expected);
    assert.not.match(message, tmpdir());
  });
}

test('a broken binding document is refused', async ({ folder }) => {
  const documents = join(folder, 'documents');
  cpSync(OPTIONS.documents, documents, { recursive: true });
  const path = join(documents, 'misc', 'nexus,ion.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('maxItems: 1', 'maxItems: many'));
  assert.match(await failure(makeSchema(folder, { ...OPTIONS, documents })), /a binding document below .* is not valid[\s\S]*nexus,ion\.yaml/);
});

test('a folder of documents that is not there is named', async ({ folder }) => {
  const documents = join(folder, 'none');
  assert.match(await failure(makeSchema(folder, { ...OPTIONS, documents })), /no binding documents in .*none\n.*bindings\.documents of board\.yaml/);
});

test('a kernel binding that is not in the source is an error of tar', async ({ folder }) => {
  const message = await failure(makeSchema(folder, { ...OPTIONS, kernelBindings: ['serial/none.yaml'] }));
  assert.match(message, /tar ended with status 2[\s\S]*serial\/none\.yaml: Not found in archive/);
});

test('tar is asked for the named members only', () => {
  assert.equal(tarArguments('l.tar.xz', 'out', ['arm/psci.yaml']), [
    '--extract',
    '--file=l.tar.xz',
    '--directory=out',
    '--strip-components=4',
    '--occurrence=1',
    '--wildcards',
    '--no-wildcards-match-slash',
    '*/Documentation/devicetree/bindings/arm/psci.yaml',
  ]);
});

test('without dt-schema its package is named', async ({ folder }) => {
  const tools = { ...BINDING_TOOLS_ON_PATH, makeSchema: 'no-dt-mk-schema' };
  assert.match(await failure(makeSchema(folder, { ...OPTIONS, tools })), /apt-get install dt-schema/);
});

test.run();
