// SPDX-License-Identifier: Apache-2.0
import type { QmpEvent } from '@nexus-forge/qemu';
import type { Deferred, Observation, Probe } from '../evidence/probe';
import type { TraceEvent } from '../evidence/trace';
import type { Selection } from '../selection';
import type { Condition, FieldExpectation } from '../spec/types';
import type { Line, Transcript } from '../transcript';
import { compare, type Lookup } from '../value';

/** What one condition came to. */
export interface Finding {
  met: boolean;
  expected: string;
  /** What was found: the line, the register's value, the digest. */
  evidence: string;
  /** Number of the transcript line the evidence stands in. */
  line?: number;
  /** Lines that come nearest to what was expected, when it was not found. */
  near?: readonly Line[];
}

/** Everything a verdict may depend on. */
export interface JudgeContext {
  transcript: Transcript;
  selection: Selection;
  /** Host facts and captures. */
  lookup: Lookup;
  /** The end marker's line. */
  end: Line | undefined;
  observations: ReadonlyMap<Condition, Observation>;
  trace: readonly TraceEvent[];
  events: readonly QmpEvent[];
}

/** One kind of condition: what makes it so, how it is looked at, how it is judged. */
export interface ConditionKind<C extends Condition> {
  /** The key that tells this kind. */
  key: string;
  /** `said`: a line that the firmware or the guest prints. `seen`: evidence from outside. */
  how: 'said' | 'seen';
  /** Why nothing could make this condition fail, if so. */
  vacuous?(condition: C): string | undefined;
  /**
   * Looks at the machine at the condition's moment, or at what the run left behind. The machine stands still
   * until this resolves, so what can be worked out later is returned as a function.
   */
  observe?(condition: C, probe: Probe, lookup: Lookup): Promise<Observation | Deferred>;
  judge(condition: C, context: JudgeContext): Finding;
}

/** A comparison of one named value, for a finding that is about several. */
export interface NamedComparison {
  name: string;
  met: boolean;
  expected: string;
  found: string;
}

/** Compares named values; a value that is absent fails. */
export function compareFields(
  fields: Readonly<Record<string, FieldExpectation>>,
  values: Readonly<Record<string, string | undefined>>,
  lookup: Lookup,
): NamedComparison[] {
  return Object.entries(fields).map(([name, field]) => {
    const comparison = compare(values[name] ?? '', field, lookup);
    return values[name] === undefined ? { name, ...comparison, met: false, found: 'absent' } : { name, ...comparison };
  });
}

/** The wording of several comparisons: `addr 0x48000000, size 5175304`. */
export function wording(comparisons: readonly NamedComparison[], which: 'expected' | 'found'): string {
  return comparisons.map((comparison) => `${comparison.name} ${comparison[which]}`).join(', ');
}
