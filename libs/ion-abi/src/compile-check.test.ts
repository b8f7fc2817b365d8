// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadManifest, locateTool } from '@nexus-forge/toolchain';
import { BINDING, checkC, checkZig } from './compile-check';
import { bindings, generateBindings } from './generate';
import { loadIonAbi } from './load';

const ROOT = join(__dirname, '..', '..', '..');
const SOURCE = join(__dirname, '..', 'ion-abi.yaml');
const COMPILER = 'aarch64-linux-gnu-gcc';
const ZIG = locateTool(ROOT, 'zig', loadManifest(ROOT).toolchain['zig']) ?? '';
const ZIG_CACHE = join(ROOT, '.toolchain', 'zig-cache');

const test = suite<{ folder: string }>('compile check');
test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'nf-ion-abi-'));
  for (const [file, text] of Object.entries(bindings(loadIonAbi(SOURCE)))) writeFileSync(join(context.folder, file), text);
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const failure = async (run: Promise<unknown>): Promise<string> => run.then(() => '', (error: Error) => error.message);

function edit(folder: string, file: string, from: string, to: string): void {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  assert.ok(text.includes(from), `${file} has ${from}`);
  writeFileSync(path, text.replace(from, to));
}

test('the reference header is accepted by the cross compiler and by the host', async ({ folder }) => {
  await checkC(folder, COMPILER);
  await checkC(folder, 'gcc');
});

const C_DRIFT: [title: string, from: string, to: string, expected: RegExp][] = [
  ['a field that grew', '\t__u16 kind;', '\t__u32 kind;', /size of ion_descriptor drifted from ion-abi\.yaml/],
  ['an offset that moved inside the same size', '\t__u16 flags;', '', /offset of ion_descriptor\.\w+ drifted|no member named/],
  ['a field that is gone', '\t__u32 host_state;\n', '', /size of ion_header drifted|has no member named/],
];
for (const [title, from, to, expected] of C_DRIFT) {
  test(`C: ${title} is refused`, async ({ folder }) => {
    edit(folder, BINDING.c, from, to);
    assert.match(await failure(checkC(folder, COMPILER)), expected);
  });
}

test('Zig: the reference binding is accepted, a field that grew is refused', async ({ folder }) => {
  assert.ok(existsSync(ZIG), 'Zig is installed by npm run bootstrap');
  assert.ok(await checkZig(folder, ZIG, ZIG_CACHE));
  edit(folder, BINDING.zig, '    kind: u16,', '    kind: u32,');
  assert.match(await failure(checkZig(folder, ZIG, ZIG_CACHE)), /size of Descriptor drifted from ion-abi\.yaml/);
});

test('without Zig nothing is claimed to be checked by it', async ({ folder }) => {
  assert.not(await checkZig(folder, join(folder, 'no-zig'), ZIG_CACHE));
});

test('a refused description leaves the old bindings alone', async ({ folder }) => {
  const source = join(folder, 'broken.yaml');
  const output = join(folder, 'out');
  const options = { sourceName: 'broken.yaml', outputDirectory: output, compiler: COMPILER };
  await generateBindings({ ...options, source: SOURCE });
  const before = readFileSync(join(output, BINDING.c), 'utf8');
  writeFileSync(source, readFileSync(SOURCE, 'utf8').replace('slot_count: 256', 'slot_count: 255'));
  assert.match(await failure(generateBindings({ ...options, source })), /^broken\.yaml:\d+:\d+: .*no power of two/);
  assert.is(readFileSync(join(output, BINDING.c), 'utf8'), before);
  assert.equal(readdirSync(output).sort(), Object.values(BINDING).sort());
});

test('a missing compiler names its package', async ({ folder }) => {
  assert.match(await failure(checkC(folder, 'no-such-gcc')), /apt-get install gcc-aarch64-linux-gnu/);
});

test.run();
