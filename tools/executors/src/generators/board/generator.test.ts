// SPDX-License-Identifier: Apache-2.0
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import boardGenerator from './generator';

const BOARD = '# The reference board.\nname: qemu-virt # its name\ntitle: QEMU virt\nmemory:\n  - { base: 0x40000000, size: 0x20000000 }\n';

const workspace = () => {
  const tree = createTreeWithEmptyWorkspace();
  tree.write('workspace.json', '{"defaultBoard":"qemu-virt"}');
  tree.write('apps/qemu-virt/board.yaml', BOARD);
  tree.write('apps/qemu-virt/extra.dtsi', '/ { };\n');
  return tree;
};
const written = (tree: ReturnType<typeof workspace>) => tree.listChanges().map(({ path }) => path).sort();

test('a new board is a copy under its own name, comments and numbers as they were', () => {
  const tree = workspace();
  const before = new Set(written(tree));
  boardGenerator(tree, { name: 'my-board', title: 'My board: rev A' });
  assert.is(
    tree.read('apps/my-board/board.yaml', 'utf-8'),
    BOARD.replace('name: qemu-virt', 'name: my-board').replace('title: QEMU virt', 'title: "My board: rev A"'),
  );
  assert.equal(written(tree).filter((path) => !before.has(path)), ['apps/my-board/board.yaml', 'apps/my-board/extra.dtsi']);
});

test('a project file of the board becomes one of the new board', () => {
  const tree = workspace();
  const project = { name: 'qemu-virt', sourceRoot: 'apps/qemu-virt/src', targets: { flash: { dependsOn: ['qemu-virt:firmware'], inputs: ['default'] } } };
  tree.write('apps/qemu-virt/project.json', `// ours\n${JSON.stringify(project)}`);
  tree.write('apps/qemu-virt/package.json', '{ "name": "qemu-virt", "private": true }');
  tree.write('apps/qemu-virt/dts/more.dtsi', '/ { };\n');
  boardGenerator(tree, { name: 'desk' });
  assert.equal(JSON.parse(tree.read('apps/desk/project.json', 'utf-8') as string), {
    name: 'desk',
    sourceRoot: 'apps/desk/src',
    targets: { flash: { dependsOn: ['desk:firmware'], inputs: ['default'] } },
  });
  assert.equal(JSON.parse(tree.read('apps/desk/package.json', 'utf-8') as string), { name: 'desk', private: true });
  assert.is(tree.read('apps/desk/dts/more.dtsi', 'utf-8'), '/ { };\n');
});

const FAULTS: [string, Parameters<typeof boardGenerator>[1], RegExp][] = [
  ['a name that can be no project', { name: 'My Board' }, /a board needs a plain name/],
  ['a board that is there already', { name: 'qemu-virt' }, /apps\/qemu-virt\/board\.yaml is there already/],
  ['no such board to start from', { name: 'b', from: 'none' }, /there is no board none[\s\S]*boards in apps: qemu-virt/],
];
for (const [title, options, expected] of FAULTS) {
  test(`${title} is refused`, () => assert.throws(() => boardGenerator(workspace(), options), expected));
}

test.run();
