// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Probe, Stage2Observation } from '../evidence/probe';
import type { Leaf } from '../evidence/stage2-walker';
import { changeOf, stage2Unchanged } from './stage2-unchanged';

const leaf = (ipa: bigint, more: Partial<Leaf> = {}): Leaf => ({
  ipa, pa: ipa, size: 0x20_0000n, memory: 'normal', access: 'rw', execute: true, shareability: 'inner', accessed: true, contiguous: false, unknown: 0n,
  ...more,
});
const seen = (more: Partial<Stage2Observation> = {}): Stage2Observation => ({
  leaves: [leaf(0x4800_0000n), leaf(0x4900_0000n)],
  tables: [{ base: 0x4000_0000n, size: 4096n }],
  root: 'VTTBR_EL2 0x1000040000000',
  ...more,
});

const BOTH = seen().leaves;
const [FIRST] = BOTH as [Leaf];
const READ_ONLY = leaf(0x4900_0000n, { access: 'ro' });
const CHANGES: [title: string, now: Stage2Observation, change: RegExp | undefined][] = [
  ['nothing', seen(), undefined],
  ['a block that was not mapped', seen({ leaves: [...BOTH, leaf(0x5000_0000n)] }), /^0x50000000 .* is new$/],
  ['a block that is mapped no longer', seen({ leaves: [FIRST] }), /^0x49000000 .* is gone$/],
  ['an attribute', seen({ leaves: [FIRST, READ_ONLY] }), /is gone, 0x49000000 .* ro .* is new$/],
  ['a table elsewhere', seen({ tables: [{ base: 0x4100_0000n, size: 4096n }] }), /^the tables lie at 0x41000000/],
  ['another VMID', seen({ root: 'VTTBR_EL2 0x2000040000000' }), /^VTTBR_EL2 0x2.* was VTTBR_EL2 0x1/],
];
for (const [title, now, change] of CHANGES) {
  test(`tables of two moments, changed: ${title}`, () => {
    const found = changeOf(seen(), now);
    if (change) assert.match(found as string, change);
    else assert.is(found, undefined);
  });
}

test('a moment that has not come shows nothing', async () => {
  const probe = { stage2At: () => undefined } as unknown as Probe;
  const condition = { stage2_unchanged: 'synchronised', at: 'entry' };
  const observed = await stage2Unchanged.observe?.(condition, probe, () => undefined);
  assert.equal(observed, { unseen: 'the moment synchronised had not come' });
});

test('a moment is not compared with itself', () => {
  assert.match(stage2Unchanged.vacuous?.({ stage2_unchanged: 'entry', at: 'entry' }) as string, /with itself/);
});

test.run();
