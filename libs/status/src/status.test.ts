// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Component } from './components';
import { rowOf, type Found, type ProofEvidence } from './row';
import { markdownTable, terminalTable, withStatus } from './table';

const PROOF: ProofEvidence = {
  verdict: 'passed',
  passed: 33,
  total: 33,
  configuration: { board: 'qemu-virt', accelerator: 'TCG', machine: { machine: 'virt', cpu: 'cortex-a72' } },
  tools: { qemu: '7.2.22 (Debian 1:7.2)' },
  spec: { file: 'p.yaml', sha256: '' },
  inputs: [],
  checks: [{ number: 24, verdict: 'passed' }, { number: 25, verdict: 'failed' }],
};
const COMPONENT: Component = { title: 'guest', evidence: 'dist/x', kind: 'proof', target: 'rumpk:proof-el2' };
const found = (more: Partial<Found> = {}): Found => ({ proof: PROOF, when: '2026-01-02T03:04:05Z', changed: [], file: 'dist/x/evidence.json', ...more });

const CASES: [title: string, component: Component, found: Found | undefined, status: string, count: string][] = [
  ['a passed proof is proven', COMPONENT, found(), 'proven', '33/33'],
  ['a failed one says so', COMPONENT, found({ proof: { ...PROOF, passed: 32 } }), 'failed', '32/33'],
  ['evidence of other inputs is out of date', COMPONENT, found({ changed: ['rumpk.img'] }), 'out of date', '33/33'],
  [
    'what a board cannot offer is told beside the count',
    COMPONENT,
    found({ proof: { ...PROOF, passed: 16, total: 16, inapplicable: [{}] } }),
    'proven',
    '16/16, 1 inapplicable',
  ],
  ['a missing proof was not run', COMPONENT, undefined, 'not run', ''],
  ['one check of a proof', { ...COMPONENT, check: 24 }, found(), 'proven', '1/1'],
  ['a failed check of a proof', { ...COMPONENT, check: 25 }, found(), 'failed', '0/1'],
  ['a check that the proof does not have', { ...COMPONENT, check: 99 }, found(), 'failed', '0/1'],
  ['zero tests are no success', { ...COMPONENT, kind: 'tests' }, found({ proof: undefined, tests: { passed: 0, total: 0 } }), 'failed', '0/0'],
];
for (const [title, component, evidence, status, count] of CASES) {
  test(title, () => {
    const row = rowOf(component, evidence);
    assert.equal([row.status, row.count], [status, count]);
  });
}

test('the terminal table has every column, the lasting one nothing of a run or a machine', () => {
  const row = rowOf(COMPONENT, found());
  assert.match(terminalTable([row]), /guest +proven +33\/33 +2026-01-02T03:04:05Z +qemu-virt, cortex-a72, QEMU TCG +QEMU 7\.2\.22 +dist\/x\/evidence\.json/);
  assert.not.match(markdownTable([row]), /2026|7\.2/);
});

test('a page keeps what stands outside its marks', () => {
  const rows = [rowOf(COMPONENT, found())];
  const page = 'before\n<!-- status: written by `npx nx run nexus-forge:status-readme` -->\nold\n<!-- /status -->\nafter\n';
  const made = withStatus(page, rows) ?? '';
  assert.ok(made.startsWith('before\n') && made.endsWith('<!-- /status -->\nafter\n') && !made.includes('old'));
  assert.is(withStatus(made, rows), made);
  assert.is(withStatus('no marks', rows), undefined);
});

test.run();
