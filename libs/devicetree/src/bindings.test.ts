// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatToolReference, loadManifest, locateTool, pinFor, pinnedVersions, requireTool } from '@nexus-forge/toolchain';
import { KERNEL_BINDINGS, makeSchema, saidOf, tarArguments, validateBindings, validateBlobs, type BindingOptions } from './bindings';
import { loadBoard, parseBoard } from './board';
import { loadCell, parseCell } from './cell';
import { TOOLS_ON_PATH } from './compile';
import { makeDeviceTrees } from './device-trees';

const ROOT = join(__dirname, '..', '..', '..');
const SOURCE = 'linux-source';
const MANIFEST = loadManifest(ROOT);

/** The series of the kernel source that this machine has, of those that workspace.json supports. */
const SOURCES = pinnedVersions(MANIFEST.toolchain[SOURCE]!)
  .filter((series) => locateTool(ROOT, SOURCE, pinFor(MANIFEST, { name: SOURCE, series })) !== undefined);

/** A tarball with nothing of a kernel source but the bindings: unpacking all of it takes its time. */
async function keepBindingsOf(series: string, folder: string): Promise<void> {
  const { path } = await requireTool(ROOT, formatToolReference({ name: SOURCE, series }));
  const bindings = join(folder, series, 'linux/Documentation/devicetree/bindings');
  mkdirSync(bindings, { recursive: true });
  execFileSync('tar', tarArguments(path, bindings, KERNEL_BINDINGS));
  execFileSync('tar', ['--create', `--file=${tarballOf(series, folder)}`, `--directory=${join(folder, series)}`, 'linux']);
}
const tarballOf = (series: string, folder: string) => join(folder, `linux-${series}.tar`);

interface Context {
  /** Trees of the reference board and the schema, made once. */
  made: string;
  schema: string;
  options: BindingOptions;
  /** A folder for one test. */
  folder: string;
  /** A copy of a tree, for one test. */
  blob: (name: string) => string;
}

const DOCUMENTS = join(ROOT, 'docs/bindings');

const test = suite<Context>('bindings');
test.before(async (context) => {
  context.made = mkdtempSync(join(tmpdir(), 'nf-bindings-'));
  const file = 'apps/qemu-virt/board.yaml';
  const board = loadBoard(join(ROOT, file), file);
  const cell = loadCell(join(ROOT, board.value.cell), board.value.cell);
  await makeDeviceTrees({ root: ROOT, board, cell, tools: TOOLS_ON_PATH, outputDirectory: join(context.made, 'dt') });
  const schema = await requireTool(ROOT, 'dt-schema');
  const tools = { validate: schema.path, makeSchema: schema.sibling('mk-schema') };
  for (const series of SOURCES) await keepBindingsOf(series, context.made);
  context.options = { tools, kernelSource: tarballOf(SOURCES[0] ?? '', context.made), kernelBindings: [], documents: DOCUMENTS };
  context.schema = await makeSchema(context.made, context.options);
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

test('a kernel source is here: npm run bootstrap installs one', () => assert.ok(SOURCES.length > 0));

for (const series of SOURCES) {
  test(`the trees of the reference board follow the bindings of Linux ${series}, and our own`, async ({ made, blob, options }) => {
    await validateBindings([blob('board'), blob('cell'), blob('manifest')], { ...options, kernelSource: tarballOf(series, made) });
  });
}

test('so do those of a board with a Cadence UART', async ({ folder, schema, options }) => {
  const file = 'apps/xlnx-zcu102/board.yaml';
  const board = loadBoard(join(ROOT, file), file);
  const cell = loadCell(join(ROOT, board.value.cell), board.value.cell);
  const outputDirectory = join(folder, 'zcu102');
  await makeDeviceTrees({ root: ROOT, board, cell, tools: TOOLS_ON_PATH, outputDirectory });
  const blobs = ['board', 'cell', 'manifest'].map((name) => join(outputDirectory, `${name}.dtb`));
  await validateBlobs(blobs, schema, options);
  execFileSync('fdtput', ['-d', blobs[0]!, '/serial@ff000000', 'clocks']);
  const message = await failure(validateBlobs([blobs[0]!], schema, options));
  assert.match(message, /serial@ff000000 \(xlnx,zynqmp-uart\): 'clocks' is a required property/);
});

test('so do those of the same board with GICv3 and a cell without a console', async ({ folder, schema, options }) => {
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
  await validateBlobs(blobs, schema, options);
});

type Violation = [title: string, fdtput: string[], expected: RegExp];

/** All violations of one tree are put into one copy of it: each must be told. */
const VIOLATIONS: Record<string, Violation[]> = {
  cell: [
    ['a doorbell with two interrupts', ['-t', 'x', '/ion', 'interrupts', '0', 'c8', '1', '0', 'c9', '1'], /ion \(nexus,ion\): interrupts[^\n]*too long/],
    ['a property of nobody', ['-t', 's', '/ion', 'nexus,speed', 'fast'], /ion \(nexus,ion\): [^\n]*'nexus,speed' (was unexpected|does not match)/],
    ['PSCI by an unknown conduit', ['-t', 's', '/psci', 'method', 'svc'], /psci \(arm,psci-1\.0\): method[^\n]*'svc' is not one of/],
    ['a UART with a clock too few', ['-t', 's', '/serial@9000000', 'clock-names', 'uartclk'], /serial@9000000 \(arm,pl011\): clock-names/],
    ['a device that no binding knows', ['-t', 's', '/timer', 'compatible', 'nexus,none'], /failed to match any schema with compatible: \['nexus,none'\]/],
  ],
  manifest: [['an unknown console policy', ['-t', 's', '/cell', 'console', 'shared'], /console[^\n]*'shared' is not one of/]],
  board: [['a range in three cells', ['-t', 'x', '/nexus,board', 'scratch', '0', '58000000', '0'], /nexus,board: scratch[\s\S]*too short/]],
};
for (const [tree, violations] of Object.entries(VIOLATIONS)) {
  test(`${tree}.dtb: ${violations.map(([title]) => title).join(', ')}: refused`, async ({ blob, schema, options }) => {
    for (const [, args] of violations) put(blob(tree), ...args);
    const message = await failure(validateBlobs([blob(tree)], schema, options));
    assert.match(message, `${tree}.dtb does not follow its bindings`);
    for (const [, , expected] of violations) assert.match(message, expected);
    assert.not.match(message, tmpdir());
  });
}

type Edit = (text: string) => string;

const BROKEN: [title: string, edit: Edit, expected: RegExp][] = [
  ['a number that is none', (text) => text.replace('maxItems: 1', 'maxItems: many'), /misc\/nexus,ion\.yaml: ignoring, error in schema: properties: memory-region/],
  ['what is no YAML', (text) => `${text}a: [\n`, /misc\/nexus,ion\.yaml: ignoring, error parsing file/],
  ['a property of no type', (text) => text.replaceAll('memory-region:', 'memory-area:'), /misc\/nexus,ion\.yaml: memory-area: missing type definition/],
];
for (const [title, edit, expected] of BROKEN) {
  test(`a binding document of ours with ${title} is refused`, async ({ folder, options }) => {
    const documents = join(folder, 'documents');
    cpSync(DOCUMENTS, documents, { recursive: true });
    const path = join(documents, 'misc', 'nexus,ion.yaml');
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
    const text = await failure(makeSchema(folder, { ...options, documents }));
    assert.match(text, /a binding document below .*documents is not valid/);
    assert.match(text, expected);
  });
}

test('what dt-mk-schema says of a document of the kernel is no fault of ours', async ({ folder, options }) => {
  const noise = join(folder, 'dt-mk-schema');
  writeFileSync(noise, `#!/bin/sh\n"${options.tools.makeSchema}" "$@"\necho "$4/arm/cpus.yaml: performance-domains: missing type definition" >&2\n`, { mode: 0o755 });
  const tools = { ...options.tools, makeSchema: noise };
  assert.ok(existsSync(await makeSchema(folder, { ...options, tools })));
});

const SAID: [title: string, said: string, expected: string][] = [
  ['nothing', '', ''],
  ['a document of ours', 'a/own.yaml: x: missing type definition\n', 'a/own.yaml: x: missing type definition'],
  ['one of the kernel', 'arm/cpus.yaml: x: missing type definition\n', ''],
  ["one of dt-schema's own", '/opt/dtschema/schemas/dt-core.yaml: cpus: multiple incompatible types: phandle-array\n', ''],
  ['ours among others, over several lines', 'b.yaml: y\n\tof b\na/own.yaml: x\n\tof own\nb.yaml: z\n', 'a/own.yaml: x\n\tof own'],
  ['one whose name only begins alike', 'a/own.yaml.bak: x\n', ''],
];
for (const [title, said, expected] of SAID) test(`of dt-mk-schema's words count those about our documents: ${title}`, () => assert.is(saidOf(['a/own.yaml'], said), expected));

test('every kernel that is here types all the properties of the bindings that are taken from it', async ({ made, folder, options }) => {
  for (const series of SOURCES) {
    const kernel = join(folder, series);
    mkdirSync(kernel);
    const log = join(kernel, 'said');
    const heard = join(kernel, 'dt-mk-schema');
    writeFileSync(heard, `#!/bin/sh\n"${options.tools.makeSchema}" "$@" >"${log}" 2>&1\n`, { mode: 0o755 });
    await makeSchema(kernel, { ...options, kernelSource: tarballOf(series, made), tools: { ...options.tools, makeSchema: heard } });
    assert.is(readFileSync(log, 'utf8'), '', series);
  }
});

test('a folder of documents that is not there is named', async ({ folder, options }) => {
  const documents = join(folder, 'none');
  assert.match(await failure(makeSchema(folder, { ...options, documents })), /no binding documents in .*none\n.*bindings\.documents of board\.yaml/);
});

test('a kernel binding that is not in the source is an error of tar', async ({ folder, options }) => {
  const message = await failure(makeSchema(folder, { ...options, kernelBindings: ['serial/none.yaml'] }));
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

test('where its Python is missing, that is what is named', async ({ folder, options }) => {
  const makeSchemaWithout = join(folder, 'dt-mk-schema');
  writeFileSync(makeSchemaWithout, '#!/nonexistent/python3\n', { mode: 0o755 });
  const tools = { ...options.tools, makeSchema: makeSchemaWithout };
  assert.match(await failure(makeSchema(folder, { ...options, tools })), /apt-get install python3/);
});

test.run();
