// SPDX-License-Identifier: Apache-2.0
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import migration from './migration';
import { withBoards } from './proof-text';

const OLD = `# Why.
proof: hello
project: rumpk
target: proof-hello
board: qemu-virt                   # its machine

artefacts:                         # name -> target
  firmware: qemu-virt:firmware/rumpk.img
  image: linux-image:image/Image
  # What the machine is.
  board_dtb: 'qemu-virt:device-tree/board.dtb'
sabotage:
  artefacts: { firmware: qemu-virt:firmware-mutants/rumpk.img }
checks:
  - id: a
    board: qemu-virt
`;
const NEW = `# Why.
proof: hello
project: rumpk
target: proof-hello
boards: [qemu-virt]                   # its machine

artefacts:                         # name -> target
  firmware: "{board}:firmware/rumpk.img"
  image: linux-image:image/Image
  # What the machine is.
  board_dtb: "{board}:device-tree/board.dtb"
sabotage:
  artefacts: { firmware: "{board}:firmware-mutants/rumpk.img" }
checks:
  - id: a
    board: qemu-virt
`;

test('one board becomes a list of one, and its artefacts those of each', () => assert.is(withBoards(OLD), NEW));
test('a second time changes nothing', () => assert.is(withBoards(NEW), NEW));

const KEPT = ['board: a\nboards: [b]\n', 'title: x\n', 'board: [a]\n', 'board: 3\n', 'board: {\n', '- board: a\n', ''];
for (const text of KEPT) test(`kept: ${JSON.stringify(text)}`, () => assert.is(withBoards(text), text));

const SMALL: [text: string, made: string][] = [
  ['{ board: a, artefacts: { f: a:b/c } }', '{ boards: [a], artefacts: { f: "{board}:b/c" } }'],
  ['board: "a"\nartefacts: { f: ab:b/c }\n', 'boards: ["a"]\nartefacts: { f: ab:b/c }\n'],
];
for (const [text, made] of SMALL) test(`made: ${JSON.stringify(text)}`, () => assert.is(withBoards(text), made));

for (const [title, options, folder] of [
  ['where proofs lie', undefined, 'proofs'],
  ['where nx.json says that they lie', { roots: { proofs: 'checks' } }, 'checks'],
] as const) {
  test(`the proofs of a workspace, ${title}, and no other file`, () => {
    const tree = createTreeWithEmptyWorkspace();
    tree.write('nx.json', JSON.stringify({ plugins: [{ plugin: '@nexus-forge/nx', options }] }));
    const files = { [`${folder}/a.proof.yaml`]: OLD, [`${folder}/new.proof.yaml`]: NEW, [`${folder}/notes.yaml`]: OLD, 'x/a.proof.yaml': OLD };
    for (const [path, text] of Object.entries(files)) tree.write(path, text);
    migration(tree);
    const changed = Object.keys(files).filter((path) => tree.read(path, 'utf-8') !== files[path]);
    assert.equal(changed, [`${folder}/a.proof.yaml`]);
    assert.is(tree.read(`${folder}/a.proof.yaml`, 'utf-8'), NEW);
  });
}

test.run();
