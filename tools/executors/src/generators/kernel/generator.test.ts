// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { buildKernel } from '@nexus-forge/kbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { image, pack, write } from '../../executors/linux-image/testing/tiny-source';
import kernelGenerator, { type KernelGeneratorOptions } from './generator';
import { written } from '../testing';

const KERNEL = `# SPDX-License-Identifier: Apache-2.0
# yaml-language-server: $schema=../../somewhere/kernel.schema.json
# The kernel of the lab.
name: old # its name
source: linux-source
fragments:
  # What it has.
  - a.config
  - deeper/b.config
  - ../shared/c.config
`;
const PIN = {
  series: [
    { version: '9.0', file: 'kernel.tar' },
    { version: '9.1', file: 'other.tar' },
  ],
  command: 'make',
};

const workspace = (): Tree => {
  const tree = createTreeWithEmptyWorkspace();
  tree.write('workspace.json', JSON.stringify({ toolchain: { 'linux-source': PIN } }));
  tree.write('linux/old/kernel.yaml', KERNEL);
  tree.write('linux/old/a.config', 'CONFIG_GOOD=y\n');
  tree.write('linux/old/deeper/b.config', 'CONFIG_MODULES=y\n');
  tree.write('linux/shared/c.config', 'CONFIG_BLK_DEV_INITRD=y\n');
  return tree;
};
const generate = (tree: Tree, options: KernelGeneratorOptions) =>
  kernelGenerator(tree, options, async () => ['old', 'rumpk']);

test('a kernel is a copy of another one, which fragments of other folders stay common to', async () => {
  const tree = workspace();
  const before = new Set(written(tree));
  await generate(tree, { name: 'next', source: 'linux-source@9.1' });
  assert.equal(
    written(tree).filter((path) => !before.has(path)),
    ['next/a.config', 'next/deeper/b.config', 'next/kernel.yaml'],
  );
  assert.is(
    tree.read('next/kernel.yaml', 'utf-8'),
    `# SPDX-License-Identifier: Apache-2.0
# yaml-language-server: $schema=../node_modules/@nexus-forge/nx/dist/schemas/kernel.schema.json
#
# The kernel next; it began as a copy of old.
name: next # its name
source: linux-source
fragments:
  # What it has.
  - a.config
  - deeper/b.config
  - ../linux/shared/c.config
series: "9.1"
`,
  );
});

const SOURCES: [source: string | undefined, expected: object][] = [
  [undefined, { source: 'linux-source', series: '9.0' }],
  ['linux-source', { source: 'linux-source' }],
  ['linux-source@9.1', { source: 'linux-source', series: '9.1' }],
  ['other-source', { source: 'other-source' }],
  ['other-source@7.2', { source: 'other-source', series: '7.2' }],
];
for (const [source, expected] of SOURCES) {
  test(`the source is ${source ?? 'that of the other kernel'}, and so is the series`, async () => {
    const tree = workspace();
    const pins = { 'linux-source': PIN, 'other-source': { version: '7.2', file: 'other.tar' } };
    tree.write('workspace.json', JSON.stringify({ toolchain: pins }));
    tree.write('linux/old/kernel.yaml', KERNEL.replace('fragments:', 'series: "9.0" # the old one\nfragments:'));
    await generate(tree, { name: 'next', source });
    const made = parse(tree.read('next/kernel.yaml', 'utf-8') ?? '') as Record<string, unknown>;
    const { name: _, fragments, ...rest } = made;
    assert.equal([rest, (fragments as string[]).length], [expected, 3]);
  });
}

test('only the fragments of other folders are named anew, whatever else is spelled like one', async () => {
  const tree = workspace();
  const fragments = ['../c.config', '../../linux/c.config', 'a.config', '../aa.config'];
  const others = "# ../c.config\nname: old\nsource: linux-source\nbase: '../c.config'\n";
  tree.write('linux/old/kernel.yaml', `${others}fragments: ${JSON.stringify(fragments)}\n`);
  await generate(tree, { name: 'next', directory: 'deep/er' });
  const { fragments: made, base } = parse(tree.read('deep/er/next/kernel.yaml', 'utf-8') ?? '') as KernelText;
  assert.is(base, '../c.config', 'no fragment');
  assert.equal(made, ['../../../linux/c.config', '../../../linux/c.config', 'a.config', '../../../linux/aa.config']);
});

interface KernelText {
  base: string;
  fragments: string[];
}

test('a generated kernel is built, from what lies on disk', async () => {
  const root = mkdtempSync(join(tmpdir(), 'nf-kernel-generator-'));
  try {
    const tree = workspace();
    await generate(tree, { name: 'next', directory: 'linux' });
    for (const { path, content } of tree.listChanges()) write(root, path, content ?? '');
    pack(root, image());
    const order = { kernel: 'linux/next/kernel.yaml', outputDirectory: 'dist/image', stateDirectory: 'state', jobs: 1 };
    await buildKernel({ ...order, workspaceRoot: root, timeoutMs: 60_000, report: () => {} });
    assert.ok(existsSync(join(root, 'dist/image/Image')));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

const FAULTS: [string, KernelGeneratorOptions, RegExp][] = [
  ['a name that is none', { name: 'My Kernel' }, /a kernel needs a plain name/],
  ['a kernel that is there', { name: 'old', directory: 'linux' }, /linux\/old\/kernel\.yaml is there already/],
  ['the name of a project', { name: 'rumpk' }, /there is a project rumpk already/],
  ['no such kernel to start from', { name: 'next', from: 'none' }, /there is no kernel none[^]*old/],
  [
    'a series without a pin',
    { name: 'next', source: 'linux-source@9.2' },
    /linux-source has no series 9\.2[^]*9\.0, 9\.1/,
  ],
];
for (const [title, options, expected] of FAULTS) {
  test(`${title} is refused, and nothing is written`, async () => {
    const tree = workspace();
    const before = written(tree);
    assert.match(String(await generate(tree, options).catch((error: Error) => error)), expected);
    assert.equal(written(tree), before);
  });
}

test('a workspace without the pin is told where it belongs', async () => {
  const tree = workspace();
  tree.write('workspace.json', '{ "toolchain": {} }');
  const refusal = await generate(tree, { name: 'next' }).catch((error: Error) => error);
  assert.match(String(refusal), /workspace\.json has no pin linux-source/);
});

test.run();
