// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reasonsSince, type Compared } from './reason';

const file = (name: string, path: string, sha256: string) => ({ name, file: path, sha256, size: 1 });
const evidence = (more: Partial<Compared> = {}): Compared => ({
  spec: file('spec', 'proofs/a.proof.yaml', 's'.repeat(64)),
  inputs: [file('firmware', 'dist/virt/firmware/rumpk.img', 'a'.repeat(64)), file('image', 'dist/linux/image/Image', 'b'.repeat(64))],
  tools: { qemu: '7.2.22' },
  configuration: { machine: { machine: 'virt' } } as unknown as Compared['configuration'],
  ...more,
});

const CASES: [title: string, before: Compared | undefined, now: Compared, expected: RegExp][] = [
  ['the first run', undefined, evidence(), /^no earlier evidence/],
  ['another firmware', evidence(), evidence({ inputs: [file('firmware', 'dist/virt/firmware/rumpk.img', 'c'.repeat(64))] }), /^firmware: virt:firmware made other bytes \(aaaaaaaaaaaa -> cccccccccccc\)$/],
  ['another specification', evidence(), evidence({ spec: file('spec', 'proofs/a.proof.yaml', 't'.repeat(64)) }), /^proofs\/a\.proof\.yaml changed$/],
  ['another QEMU', evidence(), evidence({ tools: { qemu: '8.0' } }), /^qemu 7\.2\.22 -> 8\.0$/],
  ['nothing that the evidence names', evidence(), evidence(), /^same inputs as the evidence before/],
];
for (const [title, before, now, expected] of CASES) {
  test(title, () => {
    const reasons = reasonsSince(before, now);
    assert.is(reasons.length, 1);
    assert.match(reasons[0] ?? '', expected);
  });
}

test('several changes are all told', () => {
  const now = evidence({ tools: { qemu: '8.0' }, spec: file('spec', 'proofs/a.proof.yaml', 't'.repeat(64)) });
  assert.is(reasonsSince(evidence(), now).length, 2);
});

test.run();
