// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withFolder } from '../../../qemu/src/testing';
import { previousRun, reasonsSince, type Compared } from './reason';
import type { Origins } from './ways';

const file = (name: string, path: string, digit: string) => ({ name, file: path, sha256: digit.repeat(64), size: 1 });
const FIRMWARE = file('firmware', 'dist/virt/firmware/rumpk.img', 'a');
const IMAGE = file('image', 'dist/linux/image/Image', 'b');
const BEFORE: Compared = {
  spec: file('spec', 'proofs/a.proof.yaml', 'c'),
  board: file('board', 'apps/virt/board.yaml', 'd'),
  inputs: [FIRMWARE, IMAGE],
  tools: { qemu: '7.2.22 (Debian)', dtc: '1.6.1', 'linux-source': '6.1, sha256 01' },
  identities: { qemu: `linux-x64 ${'1'.repeat(64)}`, dtc: `linux-x64 ${'2'.repeat(64)}` },
  pins: { qemu: { series: [{ version: '7.2' }] }, dtc: { series: [{ version: '1.6' }] }, 'linux-source': { series: [{ version: '6.1' }] } },
  engine: 'e'.repeat(64),
};

const run = (evidence: Compared, origins: Origins = {}) => ({ evidence, origins });

const CASES: [title: string, changed: Partial<Compared>, expected: string[]][] = [
  ['another firmware', { inputs: [{ ...FIRMWARE, sha256: 'f'.repeat(64) }, IMAGE] }, ['firmware: virt:firmware made other bytes (aaaaaaaaaaaa -> ffffffffffff)']],
  ['one artefact more', { inputs: [FIRMWARE, IMAGE, file('bundle', 'dist/virt/cell-bundle/cell.cpio', '9')] }, ['bundle: virt:cell-bundle made other bytes (new)']],
  [
    'an artefact of a package with a scope',
    { inputs: [FIRMWARE, IMAGE, file('blob', 'dist/@acme/fw/build/a/blob.bin', '9')] },
    ['blob: @acme/fw:build made other bytes (new)'],
  ],
  ['another specification', { spec: file('spec', 'proofs/a.proof.yaml', '9') }, ['proofs/a.proof.yaml changed']],
  ['another text of the board', { board: file('board', 'apps/virt/board.yaml', '9') }, ['apps/virt/board.yaml changed']],
  ['another board', { board: file('board', 'apps/pi/board.yaml', '9') }, ['apps/pi/board.yaml instead of apps/virt/board.yaml']],
  [
    'another QEMU of the same version',
    { identities: { ...BEFORE.identities, qemu: `linux-x64 ${'9'.repeat(64)}` } },
    ['another qemu: 7.2.22 (Debian), linux-x64, sha256 111111111111 -> 7.2.22 (Debian), linux-x64, sha256 999999999999'],
  ],
  [
    'another dtc on another host',
    { tools: { ...BEFORE.tools, dtc: '1.7.0' }, identities: { ...BEFORE.identities, dtc: `linux-arm64 ${'9'.repeat(64)}` } },
    ['another dtc: 1.6.1, linux-x64, sha256 222222222222 -> 1.7.0, linux-arm64, sha256 999999999999'],
  ],
  ['another source', { tools: { ...BEFORE.tools, 'linux-source': '6.1, sha256 02' } }, ['another linux-source: 6.1, sha256 01 -> 6.1, sha256 02']],
  [
    'another pin of the same tool',
    { pins: { ...BEFORE.pins, qemu: { series: [{ version: '7.2' }, { version: '7.3' }] } } },
    ['workspace.json pins qemu otherwise: {"series":[{"version":"7.2"}]} -> {"series":[{"version":"7.2"},{"version":"7.3"}]}'],
  ],
  ['other code', { engine: '9'.repeat(64) }, ["the proof executor's own code changed (eeeeeeeeeeee -> 999999999999)"]],
  [
    'several changes',
    { engine: '9'.repeat(64), spec: file('spec', 'proofs/a.proof.yaml', '9') },
    ['proofs/a.proof.yaml changed', "the proof executor's own code changed (eeeeeeeeeeee -> 999999999999)"],
  ],
];
for (const [title, changed, expected] of CASES) {
  test(title, () => assert.equal(reasonsSince(run(BEFORE), run({ ...BEFORE, ...changed })), expected));
}

test('nothing that the evidence names', () => {
  assert.match(reasonsSince(run(BEFORE), run(BEFORE)).join('\n'), /^same files, tools, pins and code as in the evidence before: /);
});

test('nothing to compare with', () => assert.equal(reasonsSince(undefined, run(BEFORE)), ['no earlier evidence here to compare with']));

test('the way by which a change came to an artefact', () => {
  const origins = (digest: string): Origins => ({
    'virt:firmware': { sources: {}, artefacts: { 'dist/virt/stub/stub.bin': { producer: 'virt:stub', digest } } },
    'virt:stub': { sources: { 'el2/vectors.S': digest }, artefacts: {} },
  });
  const now = { ...BEFORE, inputs: [{ ...FIRMWARE, sha256: 'f'.repeat(64) }, IMAGE] };
  assert.equal(reasonsSince(run(BEFORE, origins('1')), run(now, origins('2'))), [
    'firmware: virt:firmware made other bytes (aaaaaaaaaaaa -> ffffffffffff)',
    'firmware: virt:firmware <- virt:stub <- el2/vectors.S',
  ]);
});

const ORIGINS: Origins = { 'virt:firmware': { sources: { a: '1' }, artefacts: {} } };
const RECORD = JSON.stringify({ startedAt: '', durationMs: 1, host: '', madeFrom: ORIGINS });
const KEPT: [title: string, evidence: string, record: string, origins: Origins | undefined][] = [
  ['of this format', JSON.stringify(BEFORE), RECORD, ORIGINS],
  ['of a run that knew nothing of the tasks behind', JSON.stringify(BEFORE), '{}', {}],
  ['without what it is compared by', JSON.stringify({ ...BEFORE, engine: undefined }), RECORD, undefined],
  ['that was cut off', '{ "spec": ', RECORD, undefined],
];
for (const [title, evidence, record, origins] of KEPT) {
  test(`evidence ${title} ${origins ? 'is' : 'is not'} compared`, () =>
    withFolder(async (folder) => {
      assert.is(previousRun(folder), undefined);
      writeFileSync(join(folder, 'evidence.json'), evidence);
      writeFileSync(join(folder, 'run.json'), record);
      assert.equal(previousRun(folder)?.origins, origins);
    }));
}

test.run();
