// SPDX-License-Identifier: Apache-2.0
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BOARD_NAME } from '@nexus-forge/devicetree';
import boardGenerator, { type BoardGeneratorOptions } from './generator';
import schema from './schema.json';
import { written } from '../testing';

const BOARD = '# The reference board.\nname: qemu-virt # its name\ntitle: QEMU virt\nmemory:\n  - { base: 0x40000000, size: 0x20000000 }\n';

const workspace = () => {
  const tree = createTreeWithEmptyWorkspace();
  tree.write('workspace.json', '{"defaultBoard":"qemu-virt"}');
  tree.write('apps/qemu-virt/board.yaml', BOARD);
  tree.write('apps/qemu-virt/extra.dtsi', '/ { };\n');
  return tree;
};
const generate = (tree: ReturnType<typeof workspace>, options: BoardGeneratorOptions) => boardGenerator(tree, options, async () => ['qemu-virt', 'rumpk', 'linux-cell']);

test('a new board is a copy under its own name, comments and numbers as they were', async () => {
  const tree = workspace();
  const before = new Set(written(tree));
  await generate(tree, { name: 'my-board', title: 'My board: rev A' });
  assert.is(
    tree.read('apps/my-board/board.yaml', 'utf-8'),
    BOARD.replace('# The reference board.', '# The board my-board; it began as a copy of qemu-virt.')
      .replace('name: qemu-virt', 'name: my-board')
      .replace('title: QEMU virt', 'title: "My board: rev A"'),
  );
  assert.equal(written(tree).filter((path) => !before.has(path)), ['apps/my-board/board.yaml', 'apps/my-board/extra.dtsi']);
});

test('what a board says of itself to people stays behind, what it says to programs comes along', async () => {
  const tree = workspace();
  const head = ['# SPDX-License-Identifier: Apache-2.0', '# yaml-language-server: $schema=../../x.json', '#'];
  tree.write('apps/qemu-virt/board.yaml', [...head, '# The reference board: at boot it is compared', '# with the machine.', 'name: qemu-virt', '# Banks.', 'memory: []', ''].join('\n'));
  await generate(tree, { name: 'desk' });
  const [, , , heading, ...rest] = (tree.read('apps/desk/board.yaml', 'utf-8') ?? '').split('\n');
  assert.is(heading, '# The board desk; it began as a copy of qemu-virt.');
  assert.equal(rest, ['name: desk', '# Banks.', 'memory: []', 'title: desk, from qemu-virt', '']);
});

test('a project file of the board becomes one of the new board', async () => {
  const tree = workspace();
  const project = { name: 'qemu-virt', sourceRoot: 'apps/qemu-virt/src', targets: { flash: { dependsOn: ['qemu-virt:firmware'], inputs: ['default'] } } };
  tree.write('apps/qemu-virt/project.json', `// ours\n${JSON.stringify(project)}`);
  tree.write('apps/qemu-virt/package.json', '{ "name": "qemu-virt", "private": true }');
  tree.write('apps/qemu-virt/dts/more.dtsi', '/ { };\n');
  await generate(tree, { name: 'desk' });
  assert.equal(JSON.parse(tree.read('apps/desk/project.json', 'utf-8') as string), {
    name: 'desk',
    sourceRoot: 'apps/desk/src',
    targets: { flash: { dependsOn: ['desk:firmware'], inputs: ['default'] } },
  });
  assert.equal(JSON.parse(tree.read('apps/desk/package.json', 'utf-8') as string), { name: 'desk', private: true });
  assert.is(tree.read('apps/desk/dts/more.dtsi', 'utf-8'), '/ { };\n');
});

const NX_NAMES: [title: string, nx: unknown, expected: unknown][] = [
  ['a name', { name: 'qemu-virt' }, { name: 'desk' }],
  ['a name among others', { tags: ['board'], name: 'qemu-virt' }, { tags: ['board'], name: 'desk' }],
  ['no name', { tags: ['board'] }, { tags: ['board'] }],
];
for (const [title, nx, expected] of NX_NAMES) {
  test(`what a package.json says to Nx becomes the new board's: ${title}`, async () => {
    const tree = workspace();
    tree.write('apps/qemu-virt/package.json', JSON.stringify({ name: '@acme/board', nx }));
    await generate(tree, { name: 'desk' });
    assert.equal(JSON.parse(tree.read('apps/desk/package.json', 'utf-8') as string), { name: 'desk', nx: expected });
  });
}

const OTHER_PROJECTS = ['tools/project.json', 'tools/package.json', 'cell/cell.yaml', 'cell.yaml', 'linux/kernel.yaml', 'init/initramfs.yaml', 'driver/Kbuild', 'driver/module.yaml', 'ion-abi.yaml'];
for (const file of OTHER_PROJECTS) {
  test(`what makes another project stays where it is: ${file}`, async () => {
    const tree = workspace();
    tree.write(`apps/qemu-virt/${file}`, '{ "name": "other" }');
    tree.write(`apps/qemu-virt/${file}.txt`, 'text');
    await generate(tree, { name: 'desk' });
    assert.not(tree.exists(`apps/desk/${file}`));
    assert.is(tree.read(`apps/desk/${file}.txt`, 'utf-8'), 'text', 'what lies beside it is copied');
  });
}

test('a name is what the schema of board.yaml takes, also for whoever reads the schema of the generator', () => {
  assert.equal([schema.properties.name.pattern, schema.properties.name.maxLength], [BOARD_NAME.pattern, BOARD_NAME.maxLength]);
});

const FAULTS: [string, BoardGeneratorOptions, RegExp][] = [
  ['a name that can be no project', { name: 'My Board' }, /a board needs a plain name/],
  ['a name with an empty word', { name: 'a--b' }, /a board needs a plain name/],
  ['a name that is too long', { name: 'a'.repeat(41) }, /a board needs a plain name/],
  ['a board that is there already', { name: 'qemu-virt' }, /apps\/qemu-virt\/board\.yaml is there already/],
  ['the name of an inferred project', { name: 'rumpk' }, /there is a project rumpk already/],
  ["the name of a project.json's project", { name: 'bench' }, /there is a project bench already/],
  ['no such board to start from', { name: 'b', from: 'none' }, /there is no board none[\s\S]*boards in apps: qemu-virt/],
];
for (const [title, options, expected] of FAULTS) {
  test(`${title} is refused, and nothing is written`, async () => {
    const tree = workspace();
    tree.write('tools/bench/project.json', '{ "name": "bench" }');
    const before = written(tree);
    const refusal = await generate(tree, options).catch((error: Error) => error);
    assert.match(String(refusal), expected);
    assert.equal(written(tree), before);
  });
}

const withRoots = (boards: string[]) => {
  const tree = workspace();
  tree.write('nx.json', JSON.stringify({ plugins: [{ plugin: '@nexus-forge/nx', options: { roots: { boards } } }] }));
  return tree;
};

test('a folder that the graph does not look at is refused, with what to write into nx.json', async () => {
  const tree = workspace();
  tree.write('packages/other/board.yaml', BOARD);
  const before = written(tree);
  const asked = { name: 'desk', from: 'other', directory: 'packages' };
  const refusal = String(await generate(tree, asked).catch((error: Error) => error));
  assert.match(refusal, /packages\/desk\/board\.yaml would be seen by no graph/);
  assert.match(refusal, /nx\.json: \{"roots":\{"boards":\["apps","packages"\]\}\}/);
  assert.equal(written(tree), before);
});

test('a board goes to the first folder of boards, or to another one that is named', async () => {
  const tree = withRoots(['packages', 'apps']);
  tree.write('packages/qemu-virt/board.yaml', BOARD);
  await generate(tree, { name: 'desk' });
  await generate(tree, { name: 'shelf', directory: 'apps' });
  assert.ok(tree.exists('packages/desk/board.yaml') && tree.exists('apps/shelf/board.yaml'));
});

test.run();
