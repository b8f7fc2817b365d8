// SPDX-License-Identifier: Apache-2.0
import { CONDITION_KEYS, findKind } from '../conditions';
import { stepsOf } from '../conditions/trace';
import { DESCRIPTIONS, isDescribed } from '../describe';
import { FACT_KINDS, factKind } from '../facts';
import { isZero, referencesOf } from '../value';
import { isPatternKey, namesDefinedBy, referencesIn, walk, type Path } from './tree';
import type { Check, Condition, Mutant, ProofSpec, Term, TraceStep, When } from './types';

/** What is wrong with a spec that its schema allows, and where. */
export interface Fault {
  path: Path;
  summary: string;
  expected?: string;
}

/** A moment that every run has: the guest has powered off, and its memory can still be read. */
export const END_MOMENT = 'end';

/** As `rumpk_image`: no guest runs that could speak for Rumpk. */
export const NOBODY_ELSE = 'none';

/** All faults of a spec, in the order a reader meets them. Pure. */
export function faultsOf(spec: ProofSpec): Fault[] {
  return [
    ...duplicates(spec.checks, 'checks', 'check'),
    ...duplicates(spec.mutants ?? [], 'mutants', 'mutant'),
    ...badPatterns(spec),
    ...conditionFaults(spec),
    ...emptyMasks(spec),
    ...unattributed(spec),
    ...referenceFaults(spec),
    ...factReferenceFaults(spec),
    ...whenFaults(spec),
    ...mutantFaults(spec),
    ...unkillable(spec),
  ];
}

/** Two may have one id where each is for other boards. */
function duplicates(items: readonly { id: string; when?: When }[], key: string, what: string): Fault[] {
  return items.flatMap(({ id, when }, index) => {
    const first = items.findIndex((item) => item.id === id);
    const apart = when !== undefined && items.every((item, at) => item.id !== id || at >= index || item.when !== undefined);
    return first < index && !apart ? [{ path: [key, index, 'id'], summary: `the ${what} id ${id} stands twice` }] : [];
  });
}

/** Patterns that do not compile, and those that every line satisfies. */
function badPatterns(spec: ProofSpec): Fault[] {
  const faults: Fault[] = [];
  const inspect = (source: string, path: Path) => {
    try {
      if (new RegExp(source, 'u').test('')) {
        const summary = `the pattern /${source}/ matches the empty line: nothing could fail it`;
        faults.push({ path, summary, expected: 'a pattern that needs some text' });
      }
    } catch (error) {
      faults.push({ path, summary: (error as Error).message, expected: 'an ECMAScript regular expression' });
    }
  };
  walk(spec, [], (value, path) => {
    if (typeof value === 'string' && isPatternKey(path)) inspect(value, path);
  });
  return faults;
}

function conditionFaults(spec: ProofSpec): Fault[] {
  const moments = new Set([END_MOMENT, ...Object.keys(spec.moments ?? {})]);
  const drives = new Set((spec.machine.drives ?? []).map(({ id }) => id));
  const checks = new Set(judgedChecks(spec).map(({ id }) => id));
  const faults: Fault[] = [];
  const inspect = (condition: Condition, path: Path, id: string) => {
    const kind = findKind(condition);
    if (!kind) {
      faults.push({ path, summary: 'the condition has no kind', expected: `one of the keys ${CONDITION_KEYS.join(', ')}` });
      return;
    }
    const vacuous = kind.vacuous?.(condition);
    if (vacuous) faults.push({ path, summary: `nothing could fail this condition: ${vacuous}` });
    if ('at' in condition && !moments.has(condition.at)) {
      faults.push({ path: [...path, 'at'], summary: `unknown moment ${condition.at}`, expected: [...moments].join(', ') });
    }
    if ('stage2_unchanged' in condition && !moments.has(condition.stage2_unchanged)) {
      const summary = `unknown moment ${condition.stage2_unchanged}`;
      faults.push({ path: [...path, 'stage2_unchanged'], summary, expected: [...moments].join(', ') });
    }
    if ('disk' in condition && !drives.has(condition.disk)) faults.push({ path: [...path, 'disk'], summary: `the machine has no drive ${condition.disk}` });
    if ('after' in condition && condition.after !== undefined && (condition.after === id || !checks.has(condition.after))) {
      faults.push({ path: [...path, 'after'], summary: `no other check is called ${condition.after}` });
    }
    faults.push(...traceFaults(stepsOf(condition), spec.machine).map((fault) => ({ path, ...fault })));
  };
  for (const [name, moment] of Object.entries(spec.moments ?? {})) {
    const steps = typeof moment === 'object' ? [moment.every] : [];
    faults.push(...traceFaults(steps, spec.machine).map((fault) => ({ path: ['moments', name, 'every'], ...fault })));
  }
  spec.checks.forEach((check, index) => check.expect.forEach((condition, at) => inspect(condition, ['checks', index, 'expect', at], check.id)));
  return faults;
}

const OF_RUMPK = /@rumpk|\[rumpk/;

/** A guest can print whatever it likes: a claim by what Rumpk says needs to know that it was Rumpk. */
function unattributed(spec: ProofSpec): Fault[] {
  if (spec.rumpk_image === NOBODY_ELSE) return guestsOf(spec);
  if (spec.rumpk_image !== undefined) return [];
  const summary = 'the claim is by what Rumpk says, and a guest could say it as well';
  const expected = "rumpk_image: the address of Rumpk's image, where it keeps what it says; or none, where no guest runs";
  const isOfRumpk = (condition: Condition) =>
    ('record' in condition && condition.record.startsWith('rumpk ')) || ('line' in condition && OF_RUMPK.test(condition.line));
  const conditions = spec.checks.flatMap(({ expect }, index) =>
    expect.flatMap((condition, at) => (isOfRumpk(condition) ? [{ path: ['checks', index, 'expect', at], summary, expected }] : [])),
  );
  return [...(OF_RUMPK.test(spec.end.marker) ? [{ path: ['end', 'marker'], summary, expected }] : []), ...conditions];
}

/** What the machine, or a mutant's, brings that could be a guest, where none is said to run. */
function guestsOf({ machine, mutants = [] }: ProofSpec): Fault[] {
  const machines: readonly [brought: Partial<ProofSpec['machine']> | undefined, path: Path][] = [
    [machine, ['machine']],
    ...mutants.map(({ machine: changed }, index): [typeof changed, Path] => [changed, ['mutants', index, 'machine']]),
  ];
  const summary = 'the machine brings what may be a guest, and rumpk_image says that none runs';
  return machines.flatMap(([brought, path]) =>
    (['initrd', 'members'] as const)
      .filter((key) => brought?.[key] !== undefined)
      .map((key) => ({ path: [...path, key], summary, expected: "rumpk_image: the address of Rumpk's image" })),
  );
}

/** Under such a mask every value is 0. */
function emptyMasks(spec: ProofSpec): Fault[] {
  const faults: Fault[] = [];
  walk(spec.checks, ['checks'], (value, path) => {
    if (path[path.length - 1] === 'mask' && isZero(value as Term)) faults.push({ path, summary: 'nothing could fail this condition: its mask is 0' });
  });
  return faults;
}

/** A trace that is not kept would leave a step unseen, and its absence unproven. */
function traceFaults(steps: readonly TraceStep[], { trace }: ProofSpec['machine']): Omit<Fault, 'path'>[] {
  if (steps.length > 0 && !trace) return [{ summary: 'the machine keeps no trace', expected: 'machine.trace' }];
  if (steps.some((step) => 'instruction' in step) && !trace?.instructions) {
    return [{ summary: 'the trace has no instructions', expected: 'machine.trace.instructions with the addresses to log' }];
  }
  return [];
}

function referenceFaults(spec: ProofSpec): Fault[] {
  const faults: Fault[] = [];
  const known = new Set(Object.keys(spec.facts ?? {}));
  for (const { name, path } of namesDefinedBy(spec.checks)) {
    if (known.has(name)) faults.push({ path, summary: `the name ${name} is already taken` });
    known.add(name);
  }
  walk(spec.checks, ['checks'], (value, path) => {
    if (isPatternKey(path)) return;
    const inTitle = path[path.length - 1] === 'title';
    for (const name of referencesIn(value)) {
      if (inTitle ? !name.includes('.') : known.has(name)) continue;
      faults.push(...unknownName(spec, name, path, isListPlace(path) ? 'list' : 'value', known));
    }
  });
  const artefacts = new Set([...Object.keys(spec.artefacts), ...(spec.machine.drives ?? []).map(({ id }) => id)]);
  const needs = (name: unknown, path: Path) => {
    if (typeof name === 'string' && !artefacts.has(name)) faults.push({ path, summary: `unknown artefact ${name}`, expected: [...artefacts].join(', ') });
  };
  for (const key of ['kernel', 'initrd'] as const) needs(spec.machine[key], ['machine', key]);
  for (const [kind, artefact] of Object.entries(spec.described_by ?? {})) needs(artefact, ['described_by', kind]);
  for (const [member, artefact] of Object.entries(spec.machine.members ?? {})) needs(artefact, ['machine', 'members', member]);
  if (spec.machine.members && !spec.machine.initrd) faults.push({ path: ['machine', 'members'], summary: 'there is no initrd that could have members' });
  for (const [name, fact] of Object.entries(spec.facts ?? {})) {
    if (typeof fact !== 'object') continue;
    const key = factKind(fact);
    if (!key) faults.push({ path: ['facts', name], summary: 'the fact has no kind', expected: `one of ${FACT_KINDS.join(', ')}` });
    else needs((fact as Record<string, unknown>)[key], ['facts', name, key]);
  }
  walk(spec.checks, ['checks'], (value, path) => {
    if (path[path.length - 1] === 'artefact') needs(value, path);
  });
  return faults;
}

const LIST_KEYS = new Set(['stage2_maps', 'stage2_only', 'stage2_excludes', 'stage2_grants', 'stage2_tables']);

/** Whether an item of a list of ranges stands there as a whole. */
const isListPlace = (path: Path) => typeof path[path.length - 1] === 'number' && LIST_KEYS.has(String(path[path.length - 2]));

function unknownName(spec: ProofSpec, name: string, path: Path, as: 'value' | 'list', known: ReadonlySet<string>): Fault[] {
  if (isDescribed(spec, name, as)) return [];
  if (!name.includes('.')) return [{ path, summary: `unknown fact or capture $${name}`, expected: [...known].sort().join(', ') }];
  const expected = Object.entries(DESCRIPTIONS).map(([kind, { values, lists }]) => {
    const names = as === 'list' ? lists : values.map((value) => (typeof value === 'string' ? value : 'ring.<name>.<field>'));
    return `described_by.${kind}: ${names.join(', ') || 'none'}`;
  });
  return [{ path, summary: `no file of described_by gives the ${as} $${name}`, expected: expected.join('; ') }];
}

/** What is needed before the machine runs can refer to nothing that it says. */
function factReferenceFaults(spec: ProofSpec): Fault[] {
  const known = new Set(Object.keys(spec.facts ?? {}));
  const faults: Fault[] = [];
  const places: readonly [value: unknown, path: Path][] = [
    [spec.rumpk_image, ['rumpk_image']],
    [spec.moments, ['moments']],
    [spec.machine.trace, ['machine', 'trace']],
    ...(spec.mutants ?? []).map(({ rewrite }, index): [value: unknown, path: Path] => {
      return [rewrite?.cells, ['mutants', index, 'rewrite', 'cells']];
    }),
  ];
  for (const [value, at] of places) {
    walk(value, at, (term, path) => {
      if (typeof term !== 'string' || isPatternKey(path)) return;
      for (const name of referencesOf(term)) if (!known.has(name)) faults.push(...unknownName(spec, name, path, 'value', known));
    });
  }
  return faults;
}

/** `when` is about what the board's files say, and about nothing else. */
function whenFaults(spec: ProofSpec): Fault[] {
  const conditional: readonly [when: When | undefined, path: Path][] = [
    ...spec.checks.flatMap(({ expect }, index) => expect.map(({ when }, at): [When | undefined, Path] => [when, ['checks', index, 'expect', at, 'when']])),
    ...spec.checks.map(({ needs }, index): [When | undefined, Path] => [needs, ['checks', index, 'needs']]),
    ...(spec.machine.drives ?? []).map(({ when }, index): [When | undefined, Path] => {
      return [when, ['machine', 'drives', index, 'when']];
    }),
    ...(spec.mutants ?? []).map(({ when }, index): [When | undefined, Path] => [when, ['mutants', index, 'when']]),
  ];
  return conditional.flatMap(([when, path]) => Object.keys(when ?? {}).flatMap((name) => unknownName(spec, name, [...path, name], 'value', new Set())));
}

/** The checks that a board is asked; of the others it cannot offer what they are about. */
export function judgedChecks({ checks }: Pick<ProofSpec, 'checks'>): Check[] {
  return checks.filter(({ inapplicable }) => inapplicable === undefined);
}

/** The checks a mutant must kill: `first..last` stands for a run of them in the spec's order. */
export function killedBy(mutant: Mutant, checks: readonly Pick<Check, 'id' | 'inapplicable'>[]): string[] {
  const ids = checks.map(({ id }) => id);
  const runs = mutant.kills === 'all' ? [checks] : mutant.kills.map((entry) => {
    const [first, last = first] = entry.split('..') as [string, string?];
    return checks.slice(ids.indexOf(first), ids.indexOf(last) + 1);
  });
  return runs.flat().filter(({ inapplicable }) => inapplicable === undefined).map(({ id }) => id);
}

function mutantFaults(spec: ProofSpec): Fault[] {
  const ids = spec.checks.map(({ id }) => id);
  return (spec.mutants ?? []).flatMap((mutant, index): Fault[] => {
    const path = ['mutants', index];
    const entries = mutant.kills === 'all' ? [] : mutant.kills;
    const faults: Fault[] = entries.flatMap((entry, at) => {
      const ends = entry.split('..').map((id) => ids.indexOf(id));
      if (ends.includes(-1)) return [{ path: [...path, 'kills', at], summary: `no check is called ${entry}` }];
      const [first, last = first] = ends as [number, number?];
      return last < first ? [{ path: [...path, 'kills', at], summary: `${entry} runs backwards` }] : [];
    });
    const { sabotage, rewrite, machine, swap } = mutant;
    if (!sabotage && !rewrite && !machine && !swap) {
      faults.push({ path, summary: 'the mutant changes nothing', expected: 'sabotage, rewrite, machine or swap' });
    }
    if (sabotage && !spec.sabotage) {
      faults.push({ path: [...path, 'sabotage'], summary: 'the proof names no artefacts that can be sabotaged' });
    }
    if (rewrite && [rewrite.find, rewrite.cells, rewrite.offset].every((what) => what === undefined)) {
      const expected = 'find and replace, cells, or offset and xor';
      faults.push({ path: [...path, 'rewrite'], summary: 'the rewrite changes nothing', expected });
    }
    if (rewrite && !(rewrite.artefact in spec.artefacts)) {
      faults.push({ path: [...path, 'rewrite', 'artefact'], summary: `unknown artefact ${rewrite.artefact}` });
    }
    for (const name of Object.entries(swap ?? {}).flat()) {
      if (name !== null && !(name in spec.artefacts)) faults.push({ path: [...path, 'swap'], summary: `unknown artefact ${name}` });
    }
    if (rewrite?.find !== undefined && rewrite.find.length !== rewrite.replace?.length) {
      faults.push({ path: [...path, 'rewrite', 'replace'], summary: 'a replacement must be as long as what it replaces' });
    }
    return faults;
  });
}

/** A check that no mutant names cannot be told from one that never fails. */
function unkillable(spec: ProofSpec): Fault[] {
  const mutants = (spec.mutants ?? []).filter(({ kills }) => kills !== 'all');
  const killed = new Set(mutants.flatMap((mutant) => killedBy(mutant, spec.checks)));
  return spec.checks.flatMap(({ id, inapplicable }, index) => {
    const summary = `nothing is known to fail the check ${id}: no mutant names it`;
    const isSound = killed.has(id) || inapplicable !== undefined;
    return isSound ? [] : [{ path: ['checks', index, 'id'], summary, expected: 'a mutant that kills it' }];
  });
}
