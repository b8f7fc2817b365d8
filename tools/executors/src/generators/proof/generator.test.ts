// SPDX-License-Identifier: Apache-2.0
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { parseYaml } from '@nexus-forge/config';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import schema from '../../../../../libs/proof/proof.schema.json';
import { machineOptions } from '../../../../../libs/proof/src/describe/machine-options';
import { holds } from '../../../../../libs/proof/src/describe/when';
import type { When } from '../../../../../libs/proof/src/spec/types';
import proofGenerator, { type ProofGeneratorOptions } from './generator';
import { written } from '../testing';

const QEMU = 'qemu: { machine: virt, options: { virtualization: on } }\n';
const board = (name: string, more = QEMU, kernel = 'firmware/rumpk') =>
  `name: ${name}\nfirmware: { package: ${kernel}, builds: { firmware: {}, firmware-x: {} } }\n${more}`;

const workspace = () => {
  const tree = createTreeWithEmptyWorkspace();
  tree.write('apps/one/board.yaml', board('one'));
  tree.write('apps/two/board.yaml', board('two'));
  tree.write('proofs/old.proof.yaml', 'proof: old\ntarget: proof-taken # here\n');
  return tree;
};
type Workspace = ReturnType<typeof workspace>;

interface Proof {
  boards: string | string[];
  target: string;
  title: string;
  artefacts: Record<string, string>;
  end: { marker: string };
  mutants: { id: string; when?: When }[];
}

async function made(tree: Workspace, options: ProofGeneratorOptions): Promise<Proof> {
  const before = new Set(written(tree));
  await proofGenerator(tree, options);
  const [file = '', ...others] = written(tree).filter((path) => !before.has(path));
  assert.equal(others, [], 'one file is written');
  return parseYaml<Proof>(tree.read(file, 'utf-8') ?? '', schema, file).value;
}

test('a proof over all boards fits the schema, with its one check and its mutants', async () => {
  const tree = workspace();
  const { boards, target, artefacts, end, mutants } = await made(tree, { name: 'hello' });
  assert.equal(
    { boards, target, end, mutants: mutants.length },
    { boards: 'all', target: 'proof-hello', end: { marker: '^@rumpk end ' }, mutants: 2 },
  );
  assert.equal(artefacts, { firmware: '{board}:firmware/rumpk.img', board_dtb: '{board}:device-tree/board.dtb' });
  assert.match(
    tree.read('proofs/hello.proof.yaml', 'utf-8') ?? '',
    /\$schema=\.\.\/node_modules\/@nexus-forge\/nx\/dist\/schemas\/proof\.schema\.json/,
  );
});

test('what is asked for stands in it', async () => {
  const asked = { name: 'b', boards: 'two, one', build: 'firmware-x', title: 'It: boots', marker: "it's \\(over\\)" };
  const { boards, artefacts, title, end } = await made(workspace(), asked);
  assert.equal([boards, title, end.marker], [['two', 'one'], 'It: boots', "it's \\(over\\)"]);
  assert.is(artefacts['firmware'], '{board}:firmware-x/rumpk.img');
});

test('another folder', async () => {
  const tree = workspace();
  const namesRoots = { plugin: '@nexus-forge/nx', options: { roots: { proofs: ['checks', 'checks/boot'] } } };
  tree.write('nx.json', JSON.stringify({ plugins: [namesRoots] }));
  await proofGenerator(tree, { name: 'hello', directory: 'checks/boot/' });
  assert.ok(tree.exists('checks/boot/hello.proof.yaml'));
  await proofGenerator(tree, { name: 'first' });
  assert.ok(tree.exists('checks/first.proof.yaml'));
});

test('a board without QEMU is passed over', async () => {
  const tree = workspace();
  tree.write('apps/desk/board.yaml', board('desk', ''));
  assert.is((await made(tree, { name: 'hello' })).boards, 'all');
  const refusal = await proofGenerator(tree, { name: 'other', boards: 'desk' }).catch((error: Error) => error);
  assert.match(String(refusal), /desk cannot run this proof/);
});

const MACHINES: [title: string, options: Record<string, string> | undefined, expected: string[]][] = [
  ['with EL2 as an option', { virtualization: 'on', secure: 'on' }, ['other-image', 'no-el2']],
  ['that always has EL2', undefined, ['other-image']],
  ['that is played without EL2', { virtualization: 'off' }, ['other-image']],
];
for (const [title, options, expected] of MACHINES) {
  test(`on a machine ${title} these mutants are booted`, async () => {
    const { mutants } = await made(workspace(), { name: 'hello' });
    const values = new Map(machineOptions({ options }));
    const booted = mutants.filter(({ when }) => when === undefined || holds(when, values));
    assert.equal(booted.map(({ id }) => id), expected);
  });
}

const FAULTS: [string, ProofGeneratorOptions, RegExp][] = [
  ['a folder that no graph looks into', { name: 'hello', directory: 'checks' }, /checks\/hello\.proof\.yaml would be seen by no graph\n.*proofs\n.*name it in.*"proofs","checks"/],
  ['a name that is none', { name: 'Hello World' }, /a proof needs a plain name/],
  ['a file that is there', { name: 'old' }, /proofs\/old\.proof\.yaml is there already/],
  [
    'a target that another proof has',
    { name: 'taken' },
    /a proof with the target proof-taken already[^]*old\.proof\.yaml/,
  ],
  ['no such board', { name: 'a', boards: 'one,three' }, /there is no board three[^]*one, two/],
  [
    'no such build',
    { name: 'a', boards: 'one', build: 'firmware-y' },
    /one cannot run this proof[^]*firmware, firmware-x/,
  ],
  ['no such build on any board', { name: 'a', build: 'firmware-y' }, /one cannot run this proof/],
  ['a board that QEMU does not play', { name: 'a', boards: 'real' }, /real cannot run this proof[^]*qemu: none/],
  [
    'boards with different kernels',
    { name: 'a', boards: 'one,own' },
    /these boards build different kernels[^]*own: src\/kern/,
  ],
];
for (const [title, options, expected] of FAULTS) {
  test(`${title} is refused, and nothing is written`, async () => {
    const tree = workspace();
    if (options.boards?.includes('real')) tree.write('apps/real/board.yaml', board('real', ''));
    if (options.boards?.includes('own')) tree.write('apps/own/board.yaml', board('own', QEMU, 'src/kern'));
    const before = written(tree);
    assert.match(String(await proofGenerator(tree, options).catch((error: Error) => error)), expected);
    assert.equal(written(tree), before);
  });
}

test.run();
