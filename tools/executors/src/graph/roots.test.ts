// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { matchesGlob } from '@nexus-forge/audit';
import { resolveOptions } from './options';
import { CONFIG_FILES, DEFAULT_ROOTS, isConfigFile, misnamedAs, rootsRemedy } from './roots';

const SEEN = [
  'workspace.json',
  'apps/a/board.yaml',
  'firmware/a/build.zig',
  'proofs/a.proof.yaml',
  'cell.yaml',
  'a/b/cell.yaml',
  'a/kernel.yaml',
  'a/Kbuild',
  'a/module.yaml',
  'a/initramfs.yaml',
  'libs/ion-abi/ion-abi.yaml',
  'a/b/project.json',
  'apps/a/board.yml',
  'proofs/a.proof.yml',
  'a/cell.yml',
  'a/module.yml',
];
for (const path of SEEN) {
  test(`seen where no folders are named: ${path}`, () => assert.ok(isConfigFile(path, DEFAULT_ROOTS)));
}

const UNSEEN = [
  'a/workspace.json',
  'board.yaml',
  'apps/board.yaml',
  'apps/a/b/board.yaml',
  'packages/a/board.yaml',
  'xapps/a/board.yaml',
  'build.zig',
  'firmware/build.zig',
  'src/fw/a/build.zig',
  'a.proof.yaml',
  'proofs/a/b.proof.yaml',
  'proofs/.proof.yaml.x',
  'a/xcell.yaml',
  'boards/a/board.yml',
  'a/project.yml',
  'a/Kbuild.in',
  'a/package.json',
];
for (const path of UNSEEN) {
  test(`unseen where no folders are named: ${path}`, () => assert.not(isConfigFile(path, DEFAULT_ROOTS)));
}

const NAMED = resolveOptions({
  roots: {
    boards: ['packages', './boards/'],
    firmware: 'src/fw',
    proofs: '.',
    cells: 'cells',
    modules: ['drivers', 'net'],
  },
}).roots;
const PLACES: [path: string, isSeen: boolean][] = [
  ['packages/a/board.yaml', true],
  ['boards/a/board.yaml', true],
  ['apps/a/board.yaml', false],
  ['src/fw/hello/build.zig', true],
  ['src/fw/deep/hello/build.zig', false],
  ['firmware/hello/build.zig', false],
  ['a.proof.yaml', true],
  ['proofs/a.proof.yaml', false],
  ['cells/one/cell.yaml', true],
  ['cells.yaml/cell.yaml', false],
  ['linux-cell/cell.yaml', false],
  ['net/a/Kbuild', true],
  ['net/a/module.yaml', true],
  ['linux-cell/a/Kbuild', false],
  ['anywhere/kernel.yaml', true],
];
for (const [path, isSeen] of PLACES) {
  test(`${isSeen ? 'seen' : 'unseen'} where folders are named: ${path}`, () => {
    assert.is(isConfigFile(path, NAMED), isSeen);
  });
}

test('the workspace itself as the folder of boards: each folder of it', () => {
  const { roots } = resolveOptions({ roots: { boards: '.' } });
  const seen = ['a/board.yaml', 'board.yaml', 'a/b/board.yaml'].filter((path) => isConfigFile(path, roots));
  assert.equal(seen, ['a/board.yaml']);
});

test('what Nx is asked for holds whatever may be seen', () => {
  const paths = [...SEEN, ...PLACES.flatMap(([path, isSeen]) => (isSeen ? [path] : []))];
  assert.equal(paths.filter((path) => !matchesGlob(path, CONFIG_FILES)), []);
});

const ENDINGS: [path: string, kind: string | undefined][] = [
  ['apps/a/board.yml', 'boards'],
  ['proofs/a.proof.yml', 'proofs'],
  ['a/kernel.yml', 'kernels'],
  ['a/module.yml', 'modules'],
  ['zephyr/a/board.yml', undefined],
  ['apps/a/board.yaml', undefined],
  ['a/Kbuild.yml', undefined],
];
for (const [path, kind] of ENDINGS) {
  test(`the wrong ending, ${path}: ${kind ?? 'of no kind'}`, () => {
    const found = misnamedAs(path, DEFAULT_ROOTS);
    assert.equal(found, kind && { kind, right: path.replace('.yml', '.yaml') });
  });
}

test('the remedy keeps the folders that are named already', () => {
  const said = rootsRemedy('boards', 'packages/a', DEFAULT_ROOTS);
  assert.match(said, /nx\.json: \{"roots":\{"boards":\["apps","packages"\]\}\}$/);
});

test.run();
