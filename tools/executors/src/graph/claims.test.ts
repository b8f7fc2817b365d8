// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ProofFacts } from './facts';
import { generateTargets } from './generate-targets';
import { generation, proof, REFERENCE, target, targetsByRoot } from './testing/reference-facts';

const RUMPK = 'firmware/rumpk';
const BOARD = 'apps/virt';
const CLAIMS: [title: string, proofs: ProofFacts[], place: [string, string], claimants: string][] = [
  ['two proofs of one target', [proof('a', { target: 'proof-x' }), proof('b', { target: 'proof-x' })], [RUMPK, 'proof-x'], 'proofs/a.proof.yaml and by proofs/b.proof.yaml'],
  ['a proof and the mutants of another', [proof('a', { hasMutants: true }), proof('b', { target: 'proof-a-mutants' })], [BOARD, 'proof-a-mutants'], 'proofs/a.proof.yaml and by proofs/b.proof.yaml'],
  ['two proofs of one target, on their board', [proof('a', { target: 'proof-x' }), proof('b', { target: 'proof-x' })], [BOARD, 'proof-x'], 'proofs/a.proof.yaml and by proofs/b.proof.yaml'],
  ['a proof named as a build of its board', [proof('a', { target: 'firmware' })], [BOARD, 'firmware'], 'proofs/a.proof.yaml and by apps/virt/board.yaml'],
  ['a proof and a host test', [proof('a', { project: 'stage2', target: 'test' })], ['firmware/stage2', 'test'], 'proofs/a.proof.yaml and by firmware/stage2/build.zig'],
  ['a proof named as all of them', [proof('a', { target: 'proof' })], [RUMPK, 'proof'], 'proofs/a.proof.yaml and by this plugin'],
  ['a proof named as what examines it', [proof('a', { target: 'audit' }), proof('b')], [BOARD, 'audit'], 'proofs/a.proof.yaml and by apps/virt/board.yaml'],
];
for (const [title, proofs, [root, name], claimants] of CLAIMS) {
  test(`${title}: neither has it, and both are named`, () => {
    const { executor, options } = target(root, name, { ...REFERENCE, proofs });
    assert.is(executor, '@nexus-forge/nx:fault');
    assert.equal([options?.['file'], options?.['key']], ['proofs/a.proof.yaml', 'target']);
    assert.is(options?.['summary'], `the target ${root.slice(root.indexOf('/') + 1)}:${name} is claimed by ${claimants}`);
  });
}

test('whichever of them Nx takes last: each says it', () => {
  const proofs = [proof('a', { target: 'proof-x' }), proof('b', { target: 'proof-x' })];
  const said = generateTargets(generation({ ...REFERENCE, proofs })).flatMap(([, projects]) => projects['firmware/rumpk']?.targets?.['proof-x'] ?? []);
  assert.equal(said.map(({ executor }) => executor), ['@nexus-forge/nx:fault', '@nexus-forge/nx:fault']);
});

test('nothing else changes', () => {
  const before = targetsByRoot({ ...REFERENCE, proofs: [] });
  const after = targetsByRoot({ ...REFERENCE, proofs: [proof('a', { target: 'proof-x' }), proof('b', { target: 'proof-x' })] });
  const changed = Object.keys(after).filter((root) => JSON.stringify(after[root]) !== JSON.stringify(before[root]));
  assert.equal(changed.sort(), ['apps/virt', 'firmware/rumpk']);
});

test.run();
