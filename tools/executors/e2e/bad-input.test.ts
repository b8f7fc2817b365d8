// SPDX-License-Identifier: Apache-2.0
// What people get wrong, all of it at once in one workspace, by the real Nx: the graph loads, each fault is told by the
// task that uses the file, with its place and what to do, and what is right is built as before.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Elsewhere } from './workspace';

const BOARD = 'name: virt\ncell: cell/cell.yaml\nfirmware:\n  package: firmware/kern\n  builds: { firmware: {} }\n';
const MODULE = 'obj-m := acme.o\n';

const FILES: Record<string, string> = {
  // Copied by hand: the name is still that of the other.
  'apps/copy/board.yaml': BOARD,
  'apps/short/board.yml': BOARD.replace('virt', 'short'),
  'proofs/late.proof.yml': 'title: Late\ntarget: proof-late\nboards: [virt]\n',
  'proofs/lacking.proof.yaml': "title: L\ntarget: proof-lacking\nboards: [virt]\nartefacts: { f: '{board}:firmware-x/k.img' }\n",
  'proofs/lost.proof.yaml': 'title: L\ntarget: proof-lost\nboards: [virt, nowhere]\n',
  'abi/kernel.yml': 'name: abi\n',
  'apps/celled/board.yaml': BOARD.replace('virt', 'celled').replace('cell/cell.yaml', 'other/cell.yaml'),
  'other/cell.yml': 'name: other\n',
  'apps/ending/board.yaml': BOARD.replace('virt', 'ending').replace('cell/cell.yaml', 'lone/cell.yml'),
  'lone/cell.yml': 'name: lone\n',
  'apps/packed/board.yaml': BOARD.replace('virt', 'packed').replace('cell/cell.yaml', 'packing/cell.yaml'),
  'packing/cell.yaml': 'name: packing\nkernel: kernel\ninitramfs: early/initramfs.yaml\n',
  'early/initramfs.yml': 'name: early\n',
  'lonely/module.yml': 'kernel: kernel\n',
  'proofs/short.proof.yaml': 'title: S\ntarget: proof-short\nboards: [short]\n',
  'drivers/aged/Kbuild': MODULE,
  'drivers/aged/module.yaml': 'kernel: abi\n',
  // The folder's name is a board's.
  'drivers/virt/Kbuild': MODULE,
  'drivers/virt/acme.c': '',
  'drivers/tested/Kbuild': MODULE,
  'drivers/tested/module.yml': 'kernel: kernel\n',
};

const test = suite<{ place: Elsewhere }>('bad input, by the real Nx');
test.before((context) => {
  context.place = new Elsewhere();
  for (const [path, text] of Object.entries(FILES)) context.place.write(path, text);
});
test.after(({ place }) => place.remove());

test('the graph loads, and each file has its project', async ({ place }) => {
  const projects = await place.json<string[]>(['show', 'projects', '--json']);
  const boards = ['celled', 'copy', 'ending', 'packed', 'short', 'virt'];
  const drivers = ['aged', 'drivers-virt', 'lonely', 'tested'];
  const others = ['abi', 'cell', 'early', 'kern', 'kernel', 'lone', 'other', 'packing', 'proofs', 'ring'];
  assert.equal(projects.sort(), [...boards, ...drivers, ...others].sort());
});

const RENAME = (from: string) => new RegExp(
  `^error: ${from}:1:1: the file ends in \\.yml, and so nothing reads it\\n  expected: .*\\.yaml\\n  to do:    git mv ${from} `,
  'm',
);
const FAULTS: [task: string, said: RegExp][] = [
  [
    'copy:device-tree',
    /^error: apps\/copy\/board\.yaml:1:1: the project name virt is claimed by apps\/virt\/board\.yaml and by apps\/copy\/board\.yaml\n {2}expected: another name for one of them/m,
  ],
  ['short:device-tree', RENAME('apps/short/board.yml')],
  ['proofs:proof-late', RENAME('proofs/late.proof.yml')],
  ['abi:kernel', RENAME('abi/kernel.yml')],
  ['tested:module', RENAME('drivers/tested/module.yml')],
  ['lonely:module', RENAME('lonely/module.yml')],
  ['other:build', RENAME('other/cell.yml')],
  ['early:initramfs', RENAME('early/initramfs.yml')],
  ['ending:device-tree', /^error: apps\/ending\/board\.yaml:2:1: cell names lone\/cell\.yml, .*\n.*\n {2}to do: +git mv lone\/cell\.yml /m],
  ['packed:cell-bundle', /^error: packing\/cell\.yaml:3:1: initramfs names early.*\n.*\n {2}to do: +git mv early\/initramfs\.yml /m],
  ['proofs:proof-short', /^error: proofs\/short\.proof\.yaml:3:1: the proof's board short .*\n.*\n {2}to do: +git mv apps\/short\/board\.yml /m],
  ['aged:module', /^error: drivers\/aged\/module\.yaml:1:1: .*abi, which does not exist\n.*\n {2}to do: +git mv abi\/kernel\.yml /m],
  [
    'celled:device-tree',
    /^error: apps\/celled\/board\.yaml:2:1: cell names other\/cell\.yaml, which is no cell\.yaml of this workspace\n {2}expected: one of cell\/cell\.yaml, packing\/cell\.yaml\n {2}to do: +git mv other\/cell\.yml other\/cell\.yaml/m,
  ],
  [
    'virt:proof-lacking',
    /^error: proofs\/lacking\.proof\.yaml:3:1: the proof needs virt:firmware-x\/k\.img, and virt has no target firmware-x\n {2}expected: a build firmware-x in apps\/virt\/board\.yaml/m,
  ],
  ['proofs:proof-lost', /^error: proofs\/lost\.proof\.yaml:3:1: the proof's board nowhere does not exist\n {2}expected: one of /m],
];
for (const [task, said] of FAULTS) {
  test(`${task} tells what is wrong, once`, async ({ place }) => {
    const { status, output, ran } = await place.nx(['run', task, '--outputStyle=static']);
    assert.is.not(status, 0);
    assert.match(output, said);
    assert.is(output.match(/^error: /gm)?.length, 1, output);
    assert.equal(ran, [task], 'no work before');
  });
}

test('what is right is built all the same', async ({ place }) => {
  const { status, output } = await place.nx(['run', 'ring:test', '--outputStyle=static']);
  assert.is(status, 0, output);
  const { targets } = await place.json<{ targets: Record<string, { executor: string }> }>(['show', 'project', 'virt', '--json']);
  for (const name of ['device-tree', 'firmware', 'cell-bundle', 'proof-boot']) {
    assert.is.not(targets[name]?.executor, '@nexus-forge/nx:fault', name);
  }
});

test.run();
