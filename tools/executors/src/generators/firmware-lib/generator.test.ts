// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { requireTool } from '@nexus-forge/toolchain';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { REPOSITORY } from '../board/from-tree/testing/neighbour';
import firmwareLibGenerator, { type FirmwareLibGeneratorOptions } from './generator';
import { meaningInZig } from './taken-words';
import { written } from '../testing';

const workspace = (): Tree => {
  const tree = createTreeWithEmptyWorkspace();
  tree.write('workspace.json', '{ "toolchain": { "zig": { "version": "0.17.1" } } }');
  tree.write('firmware/old/build.zig', '');
  return tree;
};
const generate = (tree: Tree, options: FirmwareLibGeneratorOptions) =>
  firmwareLibGenerator(tree, options, async () => ['rumpk']);

test('a package has these files, and the pinned Zig', async () => {
  const tree = workspace();
  const before = new Set(written(tree));
  await generate(tree, { name: 'ledger' });
  const files = ['build.zig', 'build.zig.zon', 'ledger.zig', 'test/all.zig'];
  assert.equal(
    written(tree).filter((path) => !before.has(path)),
    files.map((file) => `firmware/ledger/${file}`),
  );
  const manifest = tree.read('firmware/ledger/build.zig.zon', 'utf-8') ?? '';
  assert.match(manifest, /\.name = \.ledger,\n {4}\.fingerprint = 0x[0-9a-f]{16},/);
  assert.match(manifest, /\.minimum_zig_version = "0\.17\.1"/);
});

test('the real Zig takes its syntax, and finds nothing to format', async () => {
  const root = mkdtempSync(join(tmpdir(), 'nf-firmware-lib-'));
  try {
    const tree = workspace();
    tree.write('nx.json', JSON.stringify({ plugins: [{ plugin: '@nexus-forge/nx', options: { roots: { firmware: ['firmware', 'lib'] } } }] }));
    await generate(tree, { name: 'crc_32', directory: 'lib' });
    for (const { path, content } of tree.listChanges().filter((one) => one.path.startsWith('lib/'))) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content ?? '');
    }
    const zig = (await requireTool(REPOSITORY, 'zig')).path;
    assert.is(execFileSync(zig, ['fmt', '--check', '--ast-check', 'lib'], { cwd: root, encoding: 'utf8' }), '');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('the words that are taken are those of the pinned Zig', async () => {
  const zig = (await requireTool(REPOSITORY, 'zig')).path;
  const source = (file: string) => readFileSync(join(dirname(zig), 'lib/std/zig', file), 'utf8');
  const keywords = [...source('tokenizer.zig').matchAll(/\.\{ "(\w+)", \.keyword_/g)];
  const primitives = [...source('primitives.zig').matchAll(/^ *\.\{"(\w+)"\},$/gm)];
  assert.ok(keywords.length > 40 && primitives.length > 25);
  const taken = [...keywords, ...primitives].map(([, word]) => word ?? '');
  assert.equal([...taken, 'i7', 'u128'].filter((word) => meaningInZig(word) === undefined), []);
  assert.equal(['ledger', 'u8x', 'i_2', 'c_uart', 'tests'].filter((word) => meaningInZig(word) !== undefined), []);
});

const FAULTS: [string, FirmwareLibGeneratorOptions, RegExp][] = [
  ['a name that is no identifier', { name: 'my-lib' }, /a package needs a plain name/],
  ['a folder that no graph looks into', { name: 'crc', directory: 'lib' }, /lib\/crc\/build\.zig would be seen by no graph\n.*firmware\n.*"firmware","lib"/],
  ['a folder outside of the workspace', { name: 'crc', directory: '../lib' }, /\.\.\/lib\/crc\/build\.zig is outside of the workspace/],
  ['a keyword', { name: 'error' }, /no package can be called error\n.*\n.*error, a keyword of Zig\n.*another name/],
  ['a type', { name: 'u8' }, /no package can be called u8\n.*\n.*u8, a type or a value of Zig itself/],
  ["a module of Zig's", { name: 'std' }, /no package can be called std\n.*\n.*std, a module that Zig has itself/],
  ['a package that is there', { name: 'old' }, /firmware\/old\/build\.zig is there already/],
  ['the name of a project', { name: 'rumpk' }, /there is a project rumpk already/],
];
for (const [title, options, expected] of FAULTS) {
  test(`${title} is refused, and nothing is written`, async () => {
    const tree = workspace();
    const before = written(tree);
    assert.match(String(await generate(tree, options).catch((error: Error) => error)), expected);
    assert.equal(written(tree), before);
  });
}

test.run();
