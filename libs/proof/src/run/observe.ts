// SPDX-License-Identifier: Apache-2.0
import { kindOf } from '../conditions';
import type { Observation, Probe } from '../evidence/probe';
import type { Condition, ProofSpec } from '../spec/types';
import { ValueError, type Lookup } from '../value';

/** The moment after QEMU has ended, for what it left behind. */
export const AFTER = 'after';

function momentOf(condition: Condition): string | undefined {
  if ('at' in condition) return condition.at;
  return kindOf(condition).observe ? AFTER : undefined;
}

/** The conditions that are looked at in a moment. */
export function conditionsAt(spec: ProofSpec, moment: string): Condition[] {
  return spec.checks.flatMap(({ expect }) => expect.filter((condition) => momentOf(condition) === moment));
}

/** Every condition that needs a look, with its moment. */
export function moments(spec: ProofSpec): ReadonlyMap<Condition, string> {
  const all = spec.checks.flatMap(({ expect }) => expect.map((condition) => [condition, momentOf(condition)] as const));
  return new Map(all.filter((entry): entry is [Condition, string] => entry[1] !== undefined));
}

/** Looks once for each condition; what cannot be looked at is kept with the reason. */
export async function observeAll(
  conditions: readonly Condition[],
  probe: Probe,
  lookup: Lookup,
  into: Map<Condition, Observation>,
): Promise<void> {
  for (const condition of conditions) {
    try {
      const observation = await kindOf(condition).observe?.(condition, probe, lookup);
      if (observation) into.set(condition, observation);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      into.set(condition, { unseen: error.message });
    }
  }
}
