// SPDX-License-Identifier: Apache-2.0
import type { Observation } from './evidence/probe';
import { judge, type EndReason, type Judgement, type Run } from './judge';
import type { Check, Condition, ProofSpec } from './spec/types';
import { Transcript } from './transcript';

/** A spec for tests of the judge: small, and complete enough for the types. */
export function specOf(checks: readonly Check[], more: Partial<ProofSpec> = {}): ProofSpec {
  return {
    proof: 'sample',
    title: 'Sample',
    claim: 'A claim.',
    component: 'Sample',
    project: 'rumpk',
    target: 'proof-sample',
    boards: ['qemu-virt'],
    artefacts: { image: 'linux-image:image/Image' },
    machine: { kernel: 'image' },
    end: { marker: '^END$' },
    checks,
    does_not_show: ['anything else'],
    ...more,
  };
}

export interface FakeRun {
  lines?: readonly string[];
  /** What was seen for a condition. */
  seen?: readonly (readonly [Condition, Observation])[];
  trace?: string;
  events?: Run['events'];
  ended?: EndReason;
}

export function runOf({ lines = [], seen = [], trace = '', events = [], ended = 'power-off' }: FakeRun): Run {
  return { transcript: Transcript.of(lines), observations: new Map(seen), trace, events, ended, misattributed: [] };
}

/** Judges conditions as the only check of a spec. */
export function judgeConditions(conditions: readonly Condition[], run: FakeRun, facts: Record<string, string> = {}): Judgement {
  return judge(specOf([{ id: 'only', title: 'Only', expect: conditions }]), runOf(run), new Map(Object.entries(facts)));
}
