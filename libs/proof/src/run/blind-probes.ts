// SPDX-License-Identifier: Apache-2.0
import { ForgeError } from '@nexus-forge/process';
import { hasAnything, missingIn, type MappedRegion } from '@nexus-forge/qemu';
import { bytesNeeded } from '../reading';
import type { Condition, ProofSpec, Term } from '../spec/types';
import { evaluateNumber, hex, referencesOf, type Lookup } from '../value';

/** A look at memory whose place is known before the machine runs. */
interface Place {
  /** As in `memory at 0x70000000`. */
  what: string;
  base: bigint;
  size: bigint;
  /** Whether the machine must have all of it, or need only have something there. */
  wants: 'all' | 'anything';
}

/** A flattened device tree's magic and size: what is read first of it. */
const TREE_HEADER_BYTES = 8n;

/**
 * Throws a `ForgeError` for a condition that looks where the machine has nothing: QEMU would read zeros there, and
 * a claim about them would say nothing. Places that depend on what the run says are judged when it has said them.
 */
export function refuseBlindProbes(spec: ProofSpec, map: readonly MappedRegion[], facts: Lookup): void {
  for (const { id, expect } of spec.checks) {
    for (const { what, base, size, wants } of expect.flatMap((condition) => placesOf(condition, facts))) {
      const missing = wants === 'all' ? missingIn(map, base, size) : nothing(map, base, size);
      if (missing === undefined) continue;
      throw new ForgeError(`the check ${id} of the proof ${spec.proof} looks at nothing`, {
        expected: wants === 'all' ? 'memory or a device of the machine' : 'a range in which the machine has something',
        found: `${what}: ${missing}`,
        fix: 'correct the address, or the machine',
      });
    }
  }
}

function nothing(map: readonly MappedRegion[], base: bigint, size: bigint): string | undefined {
  return hasAnything(map, base, size) ? undefined : `the machine has nothing from ${hex(base)} to ${hex(base + size)}`;
}

function placesOf(condition: Condition, facts: Lookup): Place[] {
  const known = (...terms: (Term | undefined)[]) => terms.every((term) => referencesOf(term ?? 0).every((name) => facts(name) !== undefined));
  const number = (term: Term) => evaluateNumber(term, facts);
  if ('memory' in condition && known(condition.memory, condition.size)) {
    const size = bytesNeeded(condition, condition.size === undefined ? undefined : number(condition.size));
    return [{ what: `memory ${condition.memory}`, base: number(condition.memory), size, wants: 'all' }];
  }
  if ('device_tree' in condition && known(condition.device_tree)) {
    return [{ what: `device_tree ${condition.device_tree}`, base: number(condition.device_tree), size: TREE_HEADER_BYTES, wants: 'all' }];
  }
  if (!('stage2_excludes' in condition)) return [];
  return condition.stage2_excludes
    .filter((range) => typeof range === 'object')
    .filter(({ base, size }) => known(base, size))
    .map(({ name, base, size }) => ({ what: `stage2_excludes ${name ?? base}`, base: number(base), size: number(size), wants: 'anything' as const }));
}
