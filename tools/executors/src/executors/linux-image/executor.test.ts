// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { buildKernel } from '@nexus-forge/kbuild';
import { withReads } from '@nexus-forge/process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isRunning } from '../../../../../libs/process/src/testing';
import linuxImage, { type LinuxImageOptions } from './executor';
import { image, pack, write } from './testing/tiny-source';

const OPTIONS: LinuxImageOptions = {
  kernel: 'kernel/kernel.yaml',
  outputDirectory: 'dist/image',
  stateDirectory: 'state',
  jobs: 1,
};

interface Case {
  root: string;
  said: string[];
  restore: () => void;
}

const test = suite<Case>('linux-image executor');
test.before.each((it) => {
  it.root = mkdtempSync(join(tmpdir(), 'nf-linux-image-'));
  it.said = [];
  const { error, log } = console;
  console.error = console.log = (text: string) => it.said.push(text);
  it.restore = () => Object.assign(console, { error, log });
  write(it.root, 'kernel/kernel.yaml', KERNEL);
  pin(it.root, '9.0', 'kernel.tar');
  fragment(it.root, 'CONFIG_GOOD=y\n');
  pack(it.root, image());
});
test.after.each(({ root, restore }) => {
  restore();
  rmSync(root, { recursive: true, force: true });
});

const KERNEL = 'name: tiny\nsource: linux-source\nfragments: [a.config]\n';
const pin = (root: string, version: string, file?: string) => write(root, 'workspace.json', JSON.stringify({ toolchain: { 'linux-source': { version, file, command: 'make' } } }));
const NEEDED = 'CONFIG_MODULES=y\nCONFIG_BLK_DEV_INITRD=y\n';
const fragment = (root: string, text: string, needed = NEEDED) => write(root, 'kernel/a.config', text + needed);

const run = (root: string, more: Partial<LinuxImageOptions> = {}) => linuxImage({ ...OPTIONS, ...more }, { root } as ExecutorContext);
const outputs = (root: string) => (existsSync(join(root, 'dist/image')) ? readdirSync(join(root, 'dist/image')) : []);
const objects = (root: string) => join(root, 'state', readdirSync(join(root, 'state')).find((name) => name.endsWith('-source'))!, 'linux/objects-tiny');

test('the kernel is built, and a second run makes nothing anew', async ({ root, said }) => {
  assert.equal(await run(root), { success: true });
  assert.equal(outputs(root), ['Image', 'Module.symvers', 'build-tree.tar.gz', 'config']);
  assert.match(said.join('\n'), /unpacking kernel\.tar\n[\s\S]*1 objects made/);
  assert.match(packedNames(root), /^include\/config\/kernel\.release$/m);
  assert.not.match(packedNames(root), /\.cmd$/m);

  said.length = 0;
  assert.equal(await run(root), { success: true });
  assert.not.match(said.join('\n'), /unpacking/);
  assert.match(said.join('\n'), /0 objects made/);
});

test('what kbuild has read beside the source is told', async ({ root }) => {
  const told: string[] = [];
  const order = { ...OPTIONS, workspaceRoot: root, timeoutMs: 60_000, stateDirectory: 'state', report: () => {} };
  await withReads((paths) => void told.push(...paths), () => buildKernel(order));
  const read = told.filter((path) => !path.endsWith('workspace.json'));
  assert.equal([...new Set(read)], ['kernel/kernel.yaml', 'kernel/a.config', 'common/outside.h'].map((path) => join(root, path)));
});

test('the build tree has the same bytes in any folder', async ({ root }) => {
  const other = mkdtempSync(join(tmpdir(), 'nf-linux-image-elsewhere-'));
  for (const name of ['workspace.json', 'kernel/kernel.yaml', 'kernel/a.config', 'kernel.tar']) write(other, name, readFileSync(join(root, name)));
  await run(root);
  await run(other);
  assert.ok(packed(root).equals(packed(other)));
  rmSync(other, { recursive: true });
});

const packed = (root: string) => readFileSync(join(root, 'dist/image/build-tree.tar.gz'));
const packedNames = (root: string) => execFileSync('tar', ['--list', '--gzip'], { input: packed(root), encoding: 'utf8' });
const HEADERS_OF_TRIM = /^include\/generated\/autoksyms\.h$|^arch\/arm64\/include\/generated\/asm\/vdso32\.h$/gm;

test('headers of a former configuration are not packed, and what others were made of is not made again', async ({ root, said }) => {
  await run(root);
  const first = packed(root);
  fragment(root, 'CONFIG_TRIM=y\n');
  await run(root);
  assert.is(packedNames(root).match(HEADERS_OF_TRIM)?.length, 2);
  said.length = 0;
  fragment(root, 'CONFIG_GOOD=y\n');
  await run(root);
  assert.match(said.join('\n'), /another configuration[\s\S]* 0 objects made/);
  assert.ok(packed(root).equals(first), packedNames(root));
  assert.not(readdirSync(join(objects(root), '..')).some((name) => name.includes('prepared')));
});

test('headers of a configuration whose build failed are not packed either', async ({ root }) => {
  await run(root);
  const first = packed(root);
  rmSync(join(objects(root), 'main.o'));
  rmSync(`${objects(root)}.json`);
  fragment(root, 'CONFIG_TRIM=y\nCONFIG_FAIL=y\n');
  assert.equal(await run(root), { success: false });
  assert.ok(existsSync(join(objects(root), 'include/generated/autoksyms.h')));
  fragment(root, 'CONFIG_GOOD=y\n');
  assert.equal(await run(root), { success: true });
  assert.ok(packed(root).equals(first), packedNames(root));
});

const REFUSED: [title: string, prepare: (root: string) => void, expected: RegExp][] = [
  ['an option that olddefconfig dropped', (root) => fragment(root, '# why\nCONFIG_SHY=y\n'), /^error: kernel\/a\.config:2: CONFIG_SHY was dropped by olddefconfig/],
  ['an option that does not exist', (root) => fragment(root, 'CONFIG_GODD=y\n'), /^error: kernel\/a\.config:1: CONFIG_GODD does not exist in this kernel/],
  ['a kernel without an initramfs, before it is built', (root) => fragment(root, 'CONFIG_FAIL=y\n', 'CONFIG_MODULES=y\n'), /^error: kernel\/kernel\.yaml: the configuration lacks CONFIG_BLK_DEV_INITRD\n/],
  ['an option by which the build reads other files, before it is built', (root) => fragment(root, 'CONFIG_FAIL=y\nCONFIG_INITRAMFS_SOURCE="list"\n'), /^error: kernel\/a\.config:2: CONFIG_INITRAMFS_SOURCE names files that the kernel's build reads/],
  ['a value that is none', (root) => fragment(root, 'CONFIG_GOOD=Y\n'), /^error: kernel\/a\.config:1: Y is no value of CONFIG_GOOD/],
  ['a fragment that is missing', (root) => rmSync(join(root, 'kernel/a.config')), /^error: kernel\/kernel\.yaml:3:\d+: the fragment kernel\/a\.config is missing/],
  ['an unknown key', (root) => write(root, 'kernel/kernel.yaml', 'name: x\nsource: s\nfragment: [a.config]\n'), /^error: kernel\/kernel\.yaml:3:1: unknown key fragment/],
  ['a missing source', (root) => rmSync(join(root, 'kernel.tar')), /^error: the tool kernel\.tar is missing/],
  ['a source of another version than its pin', (root) => pin(root, '9.1', 'kernel.tar'), /^error: the kernel source is of another version than its pin\n.*expected: linux-source 9\.1 \(workspace\.json\)\n.*found: +9\.0\.4 in .*kernel\.tar\n.*to do: /],
  ['a pin that is a program', (root) => pin(root, '4'), /^error: linux-source is not a kernel source\n.*expected: toolchain\.linux-source in workspace\.json with a file, a tarball/],
  [
    'a series that the pin does not have',
    (root) => write(root, 'kernel/kernel.yaml', `${KERNEL}series: "9.1"\n`),
    /^error: kernel\/kernel\.yaml:4:\d+: linux-source has no series 9\.1\n.*expected: one of 9\.0 \(toolchain\.linux-source in workspace\.json\)/,
  ],
  ['a series that is a number, of which 6.10 is 6.1', (root) => write(root, 'kernel/kernel.yaml', `${KERNEL}series: 9.0\n`), /^error: kernel\/kernel\.yaml:4:\d+: series must be string/],
  ['a compiler error', (root) => fragment(root, 'CONFIG_FAIL=y\n'), /^error: make ended with status 2[\s\S]*\| main\.c:1: error: no luck/],
  ['an Image of another kind', (root) => pack(root, Buffer.from('no image')), /^error: the output Image is not what it should be/],
];
for (const [title, prepare, expected] of REFUSED) {
  test(`${title} is refused and leaves no output`, async ({ root, said }) => {
    prepare(root);
    assert.equal(await run(root), { success: false });
    assert.match(said.at(-1) ?? '', expected);
    assert.equal(outputs(root), []);
  });
}

test('the kernel is of the series that it names, else of the first whose source is there', async ({ root, said }) => {
  const series = [
    { version: '8.9', file: 'absent.tar' },
    { version: '9.0', file: 'kernel.tar' },
    { version: '9.1', file: 'later.tar' },
  ];
  write(root, 'workspace.json', JSON.stringify({ toolchain: { 'linux-source': { series } } }));
  assert.equal(await run(root), { success: true });
  renameSync(join(root, 'kernel.tar'), join(root, 'later.tar'));
  write(root, 'kernel/kernel.yaml', `${KERNEL}series: "9.0"\n`);
  assert.equal(await run(root), { success: false });
  assert.match(said.at(-1) ?? '', /^error: the tool kernel\.tar is missing\n.*linux-source 9\.0, as/);
  write(root, 'kernel/kernel.yaml', `${KERNEL}series: "9.1"\n`);
  assert.equal(await run(root), { success: false });
  assert.match(said.at(-1) ?? '', /another version than its pin\n.*expected: linux-source 9\.1 \(workspace\.json\)\n.*found: +9\.0\.4 in .*later\.tar/);
});

test('a failing build leaves the outputs of the last one', async ({ root }) => {
  await run(root);
  const before = readFileSync(join(root, 'dist/image/config'), 'utf8');
  pack(root, Buffer.concat([image(), Buffer.from('!')]));
  fragment(root, 'CONFIG_FAIL=y\n');
  assert.equal(await run(root), { success: false });
  assert.is(readFileSync(join(root, 'dist/image/config'), 'utf8'), before);
});

test('objects stay good when the workspace moves', async ({ root, said }) => {
  await run(root);
  const moved = `${root}-moved`;
  renameSync(root, moved);
  said.length = 0;
  assert.equal(await run(moved), { success: true });
  renameSync(moved, root);
  assert.match(said.join('\n'), /0 objects made/);
});

test('a damaged object is not built upon', async ({ root, said }) => {
  await run(root);
  writeFileSync(join(objects(root), 'main.o'), 'half');
  said.length = 0;
  assert.equal(await run(root), { success: true });
  assert.match(said.join('\n'), /starting from nothing[\s\S]*1 objects made/);
});

/** A process that runs the executor, as Nx would fork it. */
function fork(root: string) {
  const hook = join(__dirname, '../../../../test/typescript-hook.cjs');
  const program = `require(${JSON.stringify(join(__dirname, 'executor.ts'))}).default(${JSON.stringify(OPTIONS)}, { root: ${JSON.stringify(root)} })`;
  return spawn(process.execPath, ['-r', hook, '-e', program], { stdio: 'ignore' });
}
async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !holds(); ) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  test(`${signal} in the middle of a build leaves no output, and the next run is right`, async ({ root }) => {
    fragment(root, 'CONFIG_SLOW=y\n');
    const child = fork(root);
    const ended = new Promise((resolve) => child.once('close', resolve));
    const building = join(root, 'state/building');
    await until(() => existsSync(building) && readFileSync(building, 'utf8').endsWith('\n'));
    const make = readFileSync(building, 'utf8').trim();
    child.kill(signal);
    await ended;
    await until(() => !isRunning(make));
    assert.equal(outputs(root), []);
    assert.equal(existsSync(join(root, 'dist')) ? readdirSync(join(root, 'dist')) : [], []);

    fragment(root, 'CONFIG_GOOD=y\n');
    assert.equal(await run(root), { success: true });
    assert.is(outputs(root).length, 4);
  });
}

test.run();
