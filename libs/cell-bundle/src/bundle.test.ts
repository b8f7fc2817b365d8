// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sha256File, sha512 } from '@nexus-forge/artefact';
import { loadBoard, loadCell, makeDeviceTrees, TOOLS_ON_PATH } from '@nexus-forge/devicetree';
import { cpioArguments } from './archive';
import { makeBundle, type BundleOptions } from './bundle';
import type { Payload } from './members';

const BENCH = join(__dirname, '..', '..', 'devicetree', 'src', 'golden', 'bench');
const FILE: Record<Payload, string> = {
  'manifest.dtb': 'dt/manifest.dtb',
  'cell.dtb': 'dt/cell.dtb',
  Image: 'Image',
  'initramfs.cpio.gz': 'initramfs.cpio.gz',
};

interface Context {
  root: string;
  options: BundleOptions;
}

/** An Image with a header, as much of it as the checks look at. */
function image(imageSize: number): Buffer {
  const bytes = Buffer.alloc(5000, 0x5a);
  bytes.writeBigUInt64LE(0n, 8);
  bytes.writeBigUInt64LE(BigInt(imageSize), 16);
  bytes.writeBigUInt64LE(0xan, 24);
  bytes.write('ARM\x64', 56, 'latin1');
  return bytes;
}

function initramfs(root: string): Buffer {
  writeFileSync(join(root, 'init'), '#!/bin/true\n');
  return gzipSync(execFileSync('cpio', ['--create', '--format=newc', '--quiet'], { cwd: root, input: 'init\n' }));
}

const test = suite<Context>('cell bundle');
test.before.each(async (context) => {
  const root = mkdtempSync(join(tmpdir(), 'nf-bundle-'));
  const cell = loadCell(join(BENCH, 'guest.yaml'), 'cell.yaml');
  const board = loadBoard(join(BENCH, 'board.yaml'), 'libs/devicetree/src/golden/bench/board.yaml');
  const workspace = join(__dirname, '..', '..', '..');
  await makeDeviceTrees({ root: workspace, board, cell, tools: TOOLS_ON_PATH, outputDirectory: join(root, 'dt') });
  writeFileSync(join(root, 'Image'), image(0x700000));
  writeFileSync(join(root, 'initramfs.cpio.gz'), initramfs(root));
  const sources = Object.fromEntries(
    Object.entries(FILE).map(([name, file]) => [name, { path: join(root, file), name: file }]),
  ) as BundleOptions['sources'];
  Object.assign(context, { root, options: { cell, sources, tools: TOOLS_ON_PATH, outputDirectory: join(root, 'out') } });
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

const failure = async (run: Promise<unknown>): Promise<string> => run.then(() => '', (error: Error) => error.message);

test('a member is an output beside the bundle where that is asked for', async ({ root, options }) => {
  await makeBundle({ ...options, beside: ['initramfs.cpio.gz'] });
  assert.equal(readdirSync(join(root, 'out')).sort(), ['cell.cpio', 'initramfs.cpio.gz']);
  assert.ok(readFileSync(join(root, 'out', 'initramfs.cpio.gz')).equals(readFileSync(join(root, 'initramfs.cpio.gz'))));
});

test('cpio unpacks the members in order, and sha512sum agrees with the list', async ({ root, options }) => {
  await makeBundle(options);
  const unpacked = join(root, 'unpacked');
  mkdirSync(unpacked);
  const archive = join(root, 'out', 'cell.cpio');
  const names = execFileSync('cpio', ['-t', '--quiet', '-F', archive], { encoding: 'utf8' });
  assert.is(names, 'SHA512SUMS\nmanifest.dtb\ncell.dtb\nImage\ninitramfs.cpio.gz\n');
  execFileSync('cpio', ['-i', '--quiet', '-F', archive], { cwd: unpacked });
  const said = execFileSync('sha512sum', ['--check', '--strict', 'SHA512SUMS'], { cwd: unpacked, encoding: 'utf8' });
  assert.is(said, 'manifest.dtb: OK\ncell.dtb: OK\nImage: OK\ninitramfs.cpio.gz: OK\n');
});

test('SHA512SUMS has exactly one line for each member', async ({ options }) => {
  const { digests } = await makeBundle(options);
  const archive = readFileSync(join(options.outputDirectory, 'cell.cpio'), 'latin1');
  const expected = Object.keys(FILE).map((name) => `${digests[name as Payload]}  ${name}\n`);
  assert.ok(archive.includes(expected.join('')));
  assert.is(digests.Image, sha512(readFileSync(options.sources.Image.path)));
});

test('the time, the owner and the mode of a member file are not in the bundle', async ({ root, options }) => {
  await makeBundle(options);
  const first = sha256File(join(root, 'out', 'cell.cpio'));
  utimesSync(join(root, 'Image'), 1, 1);
  chmodSync(join(root, 'Image'), 0o600);
  await makeBundle({ ...options, outputDirectory: join(root, 'elsewhere', 'out') });
  assert.is(sha256File(join(root, 'elsewhere', 'out', 'cell.cpio')), first);
});

test('cpio gets exactly these arguments', () => {
  assert.equal(cpioArguments('a.cpio'), ['--create', '--format=newc', '--reproducible', '--owner=+0:+0', '--quiet', '--file=a.cpio']);
});

const replace = (file: string, content: Uint8Array | string) => (root: string) => writeFileSync(join(root, file), content);

const DAMAGE: [title: string, damage: (root: string) => void, expected: RegExp][] = [
  ['a missing Image', (root) => rmSync(join(root, 'Image')), /^Image cannot be read\n.*ENOENT/],
  ['an empty Image', replace('Image', ''), /Image is not a usable arm64 Image\n.*64 bytes\n.*0 bytes/],
  ['an ELF for an Image', replace('Image', Buffer.alloc(4096, '\x7fELF')), /Image is not a usable arm64 Image\n.*byte 56/],
  ['a manifest that is no blob', replace('dt/manifest.dtb', 'cell: linux'), /^dt\/manifest\.dtb is not a device tree blob\n.*d00dfeed at byte 0\n.*63656c6c/],
  ['a truncated cell.dtb', (root) => truncateSync(join(root, 'dt/cell.dtb'), 900), /^dt\/cell\.dtb is a damaged device tree blob/],
  [
    'a cell.dtb with a wrong tag',
    (root) => {
      const blob = readFileSync(join(root, 'dt/cell.dtb'));
      blob.writeUInt32BE(7, blob.readUInt32BE(8));
      writeFileSync(join(root, 'dt/cell.dtb'), blob);
    },
    /^dt\/cell\.dtb is a damaged device tree blob/,
  ],
  ['an uncompressed initramfs', replace('initramfs.cpio.gz', '070701'), /initramfs\.cpio\.gz is not a usable initramfs\n.*1f8b at byte 0/],
  ['a gzip file of something else', replace('initramfs.cpio.gz', gzipSync('hello, world')), /070701 at its first byte when unpacked[^\n]*\n.*hello,/],
  ['a truncated initramfs', (root) => truncateSync(join(root, 'initramfs.cpio.gz'), 60), /an undamaged gzip file\n.*unexpected end of file/],
  [
    'an initramfs with a flipped bit',
    (root) => {
      const bytes = readFileSync(join(root, 'initramfs.cpio.gz'));
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 6) ^ 1, bytes.length - 6);
      writeFileSync(join(root, 'initramfs.cpio.gz'), bytes);
    },
    /an undamaged gzip file\n.*incorrect data check/,
  ],
];
for (const [title, damage, expected] of DAMAGE) {
  test(`${title}: refused, nothing is written`, async ({ root, options }) => {
    damage(root);
    assert.match(await failure(makeBundle(options)), expected);
    assert.not(existsSync(options.outputDirectory));
    assert.equal(readdirSync(root).filter((name) => name.startsWith('.staging')), []);
  });
}

/** The bench's cell with a carve-out of `size` bytes, and the manifest that belongs to it. */
async function resized({ root, options }: Context, size: number): Promise<BundleOptions> {
  const cell = { ...options.cell, value: { ...options.cell.value, carve_out: { ...options.cell.value.carve_out, size } } };
  const board = loadBoard(join(BENCH, 'board.yaml'), 'libs/devicetree/src/golden/bench/board.yaml');
  const workspace = join(__dirname, '..', '..', '..');
  await makeDeviceTrees({ root: workspace, board, cell, tools: TOOLS_ON_PATH, outputDirectory: join(root, 'dt') });
  return { ...options, cell };
}

test('a carve-out that is too small is named with its line', async (context) => {
  writeFileSync(join(context.root, 'Image'), image(0x5ff001));
  const message = await failure(makeBundle(await resized(context, 0x800000)));
  assert.match(message, /^cell\.yaml:5:\d+: the carve-out of guest is too small\n.*at least 0xa00000: Image 0x5ff001, initramfs 0x[0-9a-f]+, device tree 0x200000\n.*0x800000\n.*enlarge carve_out\.size/);
});

test('the last byte that fits does fit', async (context) => {
  writeFileSync(join(context.root, 'Image'), image(0x5ff000));
  const { digests } = await makeBundle(await resized(context, 0x800000));
  assert.is(digests.Image, sha512(readFileSync(join(context.root, 'Image'))));
});

test('a manifest of another carve-out is refused', async (context) => {
  const { options } = context;
  await resized(context, 0x4000000);
  const message = await failure(makeBundle(options));
  assert.match(message, /^dt\/manifest\.dtb was not made from cell\.yaml\n.*0 48000000 0 10000000\n.*0 48000000 0 4000000\n.*device-tree target/);
});

test.run();
