// SPDX-License-Identifier: Apache-2.0
import type { Stage2Observation } from '../evidence/probe';
import type { Leaf } from '../evidence/stage2-walker';
import type { Stage2UnchangedCondition } from '../spec/types';
import { hex } from '../value';
import type { ConditionKind } from './kind';
import { seenValues } from './seen';
import { showLeaf } from './stage2';

const UNCHANGED = 'nothing has changed';

const isSame = (one: Leaf, other: Leaf) => showLeaf(one) === showLeaf(other);

/** What first differs between two looks at the tables, in words; undefined when nothing does. Pure. */
export function changeOf(before: Stage2Observation, now: Stage2Observation): string | undefined {
  if (before.root !== now.root) return `${now.root} was ${before.root}`;
  const gone = before.leaves.find((leaf) => !now.leaves.some((other) => isSame(leaf, other)));
  const added = now.leaves.find((leaf) => !before.leaves.some((other) => isSame(leaf, other)));
  const moved = [...(gone ? [`${showLeaf(gone)} is gone`] : []), ...(added ? [`${showLeaf(added)} is new`] : [])];
  if (moved.length > 0) return moved.join(', ');
  const places = ({ tables }: Stage2Observation) => tables.map(({ base, size }) => `${hex(base)}+${size}`).join(', ');
  return places(before) === places(now) ? undefined : `the tables lie at ${places(now)}, and lay at ${places(before)}`;
}

export const stage2Unchanged: ConditionKind<Stage2UnchangedCondition> = {
  key: 'stage2_unchanged',
  how: 'seen',
  vacuous: ({ stage2_unchanged: since, at }) => (since === at ? 'it compares a moment with itself' : undefined),
  async observe({ stage2_unchanged: since }, probe) {
    const earlier = probe.stage2At(since);
    if (!earlier) return { unseen: `the moment ${since} had not come` };
    const now = await probe.stage2();
    return () => ({ values: { change: changeOf(earlier(), now()) ?? UNCHANGED } });
  },
  judge(condition, context) {
    const since = condition.stage2_unchanged;
    const expected = `the stage-2 tables (${condition.at}) are what they were when ${since} last came`;
    const seen = seenValues(condition, context, expected);
    if ('missing' in seen) return seen.missing;
    const change = seen.values['change'] as string;
    return { met: change === UNCHANGED, expected, evidence: change };
  },
};
