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

/** Whether the tables of a moment are compared with those of a later one. */
export function isRemembered(spec: ProofSpec, moment: string): boolean {
  return spec.checks.some(({ expect }) => expect.some((condition) => 'stage2_unchanged' in condition && condition.stage2_unchanged === moment));
}

/** Every condition that needs a look, with its moment. */
export function moments(spec: ProofSpec): ReadonlyMap<Condition, string> {
  const all = spec.checks.flatMap(({ expect }) => expect.map((condition) => [condition, momentOf(condition)] as const));
  return new Map(all.filter((entry): entry is [Condition, string] => entry[1] !== undefined));
}

/** Keeps the reason where something cannot be looked at. */
async function orUnseen<T>(look: () => T | Promise<T>): Promise<T | Observation> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    return { unseen: error.message };
  }
}

/** What is seen for some conditions; `settled` resolves when what needed no machine is worked out too. */
export interface Look {
  settled: Promise<void>;
}

/** Looks once for each condition, and hands on what was seen. The machine may run on when this resolves. */
export async function observeAll(
  conditions: readonly Condition[],
  probe: Probe,
  lookup: Lookup,
  keep: (condition: Condition, seen: Observation) => void,
): Promise<Look> {
  const deferred: (() => Promise<void>)[] = [];
  // All at once: what is asked of QEMU goes out together, and costs one round trip rather than one each.
  const looks = conditions.map(async (condition) => {
    const seen = await orUnseen(async () => kindOf(condition).observe?.(condition, probe, lookup));
    if (typeof seen === 'function') deferred.push(async () => keep(condition, await orUnseen(seen)));
    else if (seen) keep(condition, seen);
  });
  await Promise.all(looks);
  // The next turn of the event loop: the machine is let run first.
  const settled = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
    for (const work of deferred) await work();
  });
  settled.catch(() => {});
  return { settled };
}
