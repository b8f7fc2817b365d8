// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadManifest, locateTool } from '@nexus-forge/toolchain';
import { BINDING, checkArguments, checkC, checkZig, ownHeaders } from './compile-check';
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

for (const compiler of [COMPILER, 'gcc']) {
  test(`${compiler}: the check reads the header and the compiler's own folder, nothing of /usr/include`, async ({ folder }) => {
    const own = await ownHeaders(compiler);
    const rule = execFileSync(compiler, ['-M', ...checkArguments(folder, own)], { encoding: 'utf8' });
    const read = rule.replace(/^[^:]*:/, '').split(/[\s\\]+/).filter((path) => path !== '');
    assert.ok(read.includes(join(folder, BINDING.c)), rule);
    assert.equal(read.filter((path) => path !== join(folder, BINDING.c) && !path.startsWith(`${own}/`)), []);
  });
}

test('a header that takes the types from the machine is refused on every machine', async ({ folder }) => {
  edit(folder, BINDING.c, '#include <stddef.h>', '#include <stddef.h>\n#include <linux/types.h>');
  assert.match(await failure(checkC(folder, COMPILER)), /linux\/types\.h: No such file or directory/);
});

test('a program may include the kernel\'s types beside it', async ({ folder }) => {
  const types = 'typedef unsigned char __u8;\ntypedef unsigned short __u16;\ntypedef unsigned int __u32;\n__extension__ typedef unsigned long long __u64;\n';
  edit(folder, BINDING.c, '#include <stddef.h>', `${types}#include <stddef.h>`);
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
  await checkZig(folder, ZIG, ZIG_CACHE);
  edit(folder, BINDING.zig, '    kind: u16,', '    kind: u32,');
  assert.match(await failure(checkZig(folder, ZIG, ZIG_CACHE)), /size of Descriptor drifted from ion-abi\.yaml/);
});

test('without Zig nothing is written: what it would have checked is not', async ({ folder }) => {
  const output = join(folder, 'out');
  const options = { source: SOURCE, sourceName: 'ion-abi.yaml', outputDirectory: output, compiler: COMPILER };
  assert.match(await failure(generateBindings({ ...options, zig: join(folder, 'no-zig'), zigCache: ZIG_CACHE })), /no-zig/);
  assert.not(existsSync(output));
});

test('a refused description leaves the old bindings alone', async ({ folder }) => {
  const source = join(folder, 'broken.yaml');
  const output = join(folder, 'out');
  const options = { sourceName: 'broken.yaml', outputDirectory: output, compiler: COMPILER, zig: ZIG, zigCache: ZIG_CACHE };
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
