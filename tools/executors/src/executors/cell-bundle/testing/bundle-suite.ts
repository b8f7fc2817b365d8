// SPDX-License-Identifier: Apache-2.0
// What a bundle is packed of, in a workspace of its own for each test.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ExecutorContext } from '@nx/devkit';
import { suite, type Test } from 'uvu';
import deviceTree from '../../device-tree/executor';
import { write } from '../../initramfs/testing/tiny';

const ROOT = join(__dirname, '..', '..', '..', '..', '..', '..');
const LINKED = ['.toolchain', 'libs', 'apps', 'linux-cell', 'docs'];

export const OPTIONS = {
  cell: 'cell/cell.yaml',
  manifest: 'dist/dt/manifest.dtb',
  deviceTree: 'dist/dt/cell.dtb',
  image: 'dist/Image',
  initramfs: 'dist/initramfs.cpio.gz',
  outputDirectory: 'dist/out',
};

export interface Case {
  root: string;
  context: ExecutorContext;
  said: string[];
  restore: () => void;
}

/** The reference cell with another initramfs. */
export function writeCell(root: string, initramfs: string): void {
  write(root, OPTIONS.cell, readFileSync(join(ROOT, 'linux-cell/cell.yaml'), 'utf8').replace(/^initramfs: .*$/m, `initramfs: ${initramfs}`));
}

/** A suite whose tests have the members and a cell that takes the initramfs of another target. */
export function bundleSuite(name: string): Test<Case> {
  const test = suite<Case>(name);
  let deviceTrees = '';
  test.before(async () => {
    deviceTrees = workspace();
    const { restore } = listen();
    await deviceTree({ board: 'apps/qemu-virt/board.yaml', outputDirectory: 'dist/dt' }, { root: deviceTrees } as ExecutorContext);
    restore();
  });
  test.after(() => rmSync(deviceTrees, { recursive: true, force: true }));
  test.before.each((it) => {
    it.root = workspace();
    it.context = { root: it.root } as ExecutorContext;
    Object.assign(it, listen());
    cpSync(join(deviceTrees, 'dist'), join(it.root, 'dist'), { recursive: true });
    writeCell(it.root, 'linux-init:initramfs/initramfs.cpio.gz');
    writeFileSync(join(it.root, OPTIONS.image), image());
    const archive = execFileSync('cpio', ['--create', '--format=newc', '--quiet'], { cwd: join(ROOT, 'linux-cell'), input: 'cell.yaml\n' });
    writeFileSync(join(it.root, OPTIONS.initramfs), gzipSync(archive));
  });
  test.after.each(({ root, restore }) => {
    restore();
    rmSync(root, { recursive: true, force: true });
  });
  return test;
}

/** Keeps what is said. */
function listen(): Pick<Case, 'said' | 'restore'> {
  const said: string[] = [];
  const { error, log } = console;
  console.error = console.log = (text: string) => said.push(text);
  return { said, restore: () => Object.assign(console, { error, log }) };
}

function workspace(): string {
  const root = mkdtempSync(join(tmpdir(), 'nf-bundle-executor-'));
  for (const name of LINKED) symlinkSync(join(ROOT, name), join(root, name));
  cpSync(join(ROOT, 'workspace.json'), join(root, 'workspace.json'));
  mkdirSync(join(root, 'dist'));
  return root;
}

/** A 4 KiB file with the header of an arm64 Image that asks for 8 MiB. */
function image(): Buffer {
  const bytes = Buffer.alloc(4096);
  bytes.writeBigUInt64LE(8n << 20n, 16);
  bytes.write('ARM\x64', 56, 'latin1');
  return bytes;
}
