// SPDX-License-Identifier: Apache-2.0
import { ForgeError } from '@nexus-forge/process';
import type { Check, Condition, FactSpec, ListReference, Mutant, ProofSpec, Rewrite, Term, When } from '../spec/types';
import { factKind } from '../facts';
import { evaluate, evaluateNumber, type Datum } from '../value';
import type { Described, DescribedRange } from './described';
import { holds } from './when';

/** The conditions that are about ranges, with what such a range has. */
const RANGE_LISTS: Readonly<Record<string, readonly (keyof DescribedRange)[]>> = {
  stage2_maps: ['name', 'ipa', 'pa', 'size', 'memory', 'access', 'execute'],
  stage2_only: ['name', 'ipa', 'size'],
  stage2_excludes: ['name', 'base', 'size'],
  stage2_grants: ['name', 'base', 'size'],
  stage2_tables: ['name', 'base', 'size'],
};

/**
 * The proof for one board: what the board's files say stands among the facts, lists are written out, and what is for
 * other boards is gone. Pure.
 */
export function specialise(spec: ProofSpec, { values, lists }: Described): ProofSpec {
  const applies = ({ when }: { when?: When }) => when === undefined || holds(when, values);
  const checks = spec.checks.map((check): Check => {
    if (check.inapplicable !== undefined) return { ...check, title: titled(check.title, values) };
    const expect = check.expect.filter(applies).map((condition) => writtenOut(condition, lists));
    if (expect.length > 0) return { ...check, title: titled(check.title, values), expect };
    throw new ForgeError(`the check ${check.id} of the proof ${spec.proof} asks nothing of this board`, {
      expected: 'a condition that applies',
      found: `none of ${check.expect.length}: their \`when\` is of other boards`,
    });
  });
  const { drives } = spec.machine;
  const gone = new Set(drives?.filter((drive) => !applies(drive)).map(({ id }) => id));
  const facts = { ...Object.fromEntries(values), ...withoutSources(spec.facts, gone) };
  const machine = drives ? { ...spec.machine, drives: drives.filter(({ id }) => !gone.has(id)) } : spec.machine;
  const mutants = spec.mutants?.filter(applies).map((mutant) => written(mutant, values));
  return { ...spec, facts, machine, checks, mutants };
}

/** The mutant with the numbers of this board as the bytes of a device tree. */
function written(mutant: Mutant, values: ReadonlyMap<string, Datum>): Mutant {
  const { cells, ...rewrite } = mutant.rewrite ?? {};
  if (cells === undefined) return mutant;
  const bytesOf = (term: Term) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(evaluateNumber(term, (name) => values.get(name)));
    return bytes.toString('latin1');
  };
  const changed = { ...rewrite, find: bytesOf(cells.find), replace: bytesOf(cells.replace), once: true };
  return { ...mutant, rewrite: changed as Rewrite };
}

/** The facts that are not of the drives named. */
function withoutSources(facts: ProofSpec['facts'] = {}, drives: ReadonlySet<string>): ProofSpec['facts'] {
  const isOfThem = (fact: FactSpec) => {
    const kind = typeof fact === 'object' ? factKind(fact) : undefined;
    return kind !== undefined && drives.has(String((fact as unknown as Record<string, unknown>)[kind]));
  };
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => !isOfThem(fact)));
}

/** The condition with every list in it as ranges. */
function writtenOut(condition: Condition, lists: Described['lists']): Condition {
  const key = Object.keys(RANGE_LISTS).find((name) => name in condition);
  if (key === undefined) return condition;
  const items = (condition as unknown as Record<string, readonly (object | ListReference)[]>)[key] ?? [];
  const ranges = items.flatMap((item) => (typeof item === 'string' ? entriesOf(item, lists, RANGE_LISTS[key] ?? []) : [item]));
  return { ...condition, [key]: ranges } as unknown as Condition;
}

function entriesOf(reference: ListReference, lists: Described['lists'], keys: readonly (keyof DescribedRange)[]): object[] {
  const list = lists.get(reference.slice(1));
  if (list === undefined || list.length === 0) throw new ForgeError(`the board's files give no ${reference}`);
  return list.map((entry) => Object.fromEntries(keys.map((key) => [key, entry[key]])));
}

/** A title may say where this board has things. */
function titled(title: string, values: ReadonlyMap<string, Datum>): string {
  return title.replace(/\$[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+/g, (name) => evaluate(name, (known) => values.get(known)));
}
