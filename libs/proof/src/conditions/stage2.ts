// SPDX-License-Identifier: Apache-2.0
import type { Stage2Observation } from '../evidence/probe';
import type { Leaf, Memory } from '../evidence/stage2-walker';
import type {
  Condition,
  ListReference,
  NamedRange,
  Stage2ExcludesCondition,
  Stage2GrantsCondition,
  Stage2MapsCondition,
  Stage2OnlyCondition,
  Stage2Range,
  Stage2TablesCondition,
  Term,
} from '../spec/types';
import { ValueError, evaluateNumber, hex, isZero, numberOf, type Lookup } from '../value';
import type { ConditionKind, Finding, JudgeContext } from './kind';

interface Range {
  name: string;
  base: bigint;
  size: bigint;
}

/** A fault found in the tables, in words; undefined when there is none. */
type Fault = string | undefined;

export function showLeaf(leaf: Leaf): string {
  const execute = leaf.execute === 'in part' ? 'x in part' : leaf.execute ? 'x' : 'xn';
  const contiguous = leaf.contiguous === 'misplaced' ? ['contiguous misplaced'] : leaf.contiguous ? ['contiguous'] : [];
  const bits = leaf.unknown === 0n ? [] : [`bits ${hex(leaf.unknown)}`];
  const rights = [leaf.memory, leaf.access, execute, `${leaf.shareability}-shareable`, ...(leaf.accessed ? [] : ['AF=0'])];
  return [`${hex(leaf.ipa)} -> ${hex(leaf.pa)} size ${hex(leaf.size)}`, ...rights, ...contiguous, ...bits].join(' ');
}

/** The types that a range's memory may have; a device's accesses are neither gathered nor reordered. */
const MEMORY_TYPES: Readonly<Record<Stage2Range['memory'], readonly Memory[]>> = {
  normal: ['normal'],
  device: ['device-nGnRnE', 'device-nGnRE'],
};

const overlaps = (leaf: Leaf, base: bigint, size: bigint, of: 'ipa' | 'pa') => leaf[of] < base + size && base < leaf[of] + leaf.size;

/** Whether the leaves map a whole range to where it must lead, with the attributes it must have. */
export function faultOfMapping(leaves: readonly Leaf[], wanted: Stage2Range, lookup: Lookup): Fault {
  const [ipa, pa, size] = [wanted.ipa, wanted.pa, wanted.size].map((term) => evaluateNumber(term, lookup)) as [bigint, bigint, bigint];
  let next = ipa;
  for (const leaf of leaves.filter((candidate) => overlaps(candidate, ipa, size, 'ipa'))) {
    if (leaf.ipa > next) break;
    const leadsTo = leaf.pa + (next - leaf.ipa);
    if (leadsTo !== pa + (next - ipa)) return `${hex(next)} leads to ${hex(leadsTo)}, not ${hex(pa + (next - ipa))}`;
    const attributes = faultOfAttributes(leaf, wanted);
    if (attributes) return `${attributes} at ${hex(next)}: ${showLeaf(leaf)}`;
    next = leaf.ipa + leaf.size;
  }
  return next < ipa + size ? `${hex(next)} is not mapped` : undefined;
}

function faultOfAttributes(leaf: Leaf, wanted: Stage2Range): Fault {
  if (!leaf.accessed) return 'the access flag is clear';
  if (leaf.contiguous === 'misplaced') return 'the contiguous bit is set where sixteen entries are not aligned and alike';
  if (leaf.unknown !== 0n) return `the descriptor has the unknown bits ${hex(leaf.unknown)}`;
  if (!MEMORY_TYPES[wanted.memory].includes(leaf.memory)) return `the memory type is ${leaf.memory}, not ${wanted.memory}`;
  if (leaf.access !== wanted.access) return `the access is ${leaf.access}, not ${wanted.access}`;
  if (leaf.execute !== wanted.execute) return leaf.execute ? `it is executable${leaf.execute === true ? '' : ' in part'}` : 'it is not executable';
  // Device memory is outer shareable whatever SH says (B2.7.2).
  if (leaf.memory === 'normal' && leaf.shareability !== 'inner') return `it is ${leaf.shareability}-shareable, not inner`;
  return undefined;
}

/** The ranges, all of them written out: a list's name among them was never specialised, and says nothing. */
function written<T extends object>(ranges: readonly (T | ListReference)[]): T[] {
  return ranges.map((range) => {
    if (typeof range === 'object') return range;
    throw new ValueError(`the list ${range} is not known here`);
  });
}

function rangesOf(ranges: readonly (NamedRange | ListReference)[], lookup: Lookup): Range[] {
  return written(ranges).map(({ name, base, size }) => {
    const [start, length] = [evaluateNumber(base, lookup), evaluateNumber(size, lookup)];
    return { name: name ?? hex(start), base: start, size: length };
  });
}

/** The first physical address of [`start`, `start` + `length`) that lies in none of the ranges; it may span adjacent ones. */
function firstOutside(start: bigint, length: bigint, ranges: readonly Range[]): bigint | undefined {
  const end = start + length;
  let at = start;
  for (const { base, size } of [...ranges].sort((a, b) => (a.base < b.base ? -1 : 1))) {
    if (base <= at && at < base + size) at = base + size;
  }
  return at < end ? at : undefined;
}

/** Judges tables that were seen; `fault` says what is wrong with them. */
function judgeTables(
  condition: Condition & { at: string },
  { observations }: JudgeContext,
  expected: string,
  fault: (seen: Stage2Observation) => Fault,
  summary: (seen: Stage2Observation) => string,
): Finding {
  const observation = observations.get(condition);
  if (!observation || !('leaves' in observation)) {
    const why = observation && 'unseen' in observation ? observation.unseen : 'the tables were not looked at';
    return { met: false, expected, evidence: `not seen: ${why}` };
  }
  const found = fault(observation);
  const root = `tables at ${observation.root} (${condition.at})`;
  return { met: found === undefined, expected, evidence: `${root}: ${found ?? summary(observation)}` };
}

const emptyRange = (ranges: readonly ({ size: Term } | ListReference)[]) =>
  ranges.some((range) => typeof range === 'object' && isZero(range.size)) ? 'one of its ranges is empty' : undefined;

/** The addresses of a machine of QEMU's lie below this; those that a descriptor can have go on to 48 bits. */
const MACHINE_SPACE = 1n << 40n;

/** Ranges that hold every address of a machine leave nothing that could lie outside them. */
function wholeSpace<K extends 'base' | 'ipa'>(ranges: readonly (({ size: Term } & Record<K, Term>) | ListReference)[], key: K): string | undefined {
  const literal = ranges.flatMap((range) => {
    if (typeof range !== 'object') return [];
    const [base, size] = [numberOf(String(range[key])), numberOf(String(range.size))];
    return base === undefined || size === undefined ? [] : [{ name: '', base, size }];
  });
  return firstOutside(0n, MACHINE_SPACE, literal) === undefined ? 'its ranges are all of the address space' : undefined;
}

const namesOf = (ranges: readonly (NamedRange | ListReference)[]) =>
  written(ranges).map(({ name, base, size }) => name ?? `${base} size ${size}`).join(', ');

function showWanted(range: Stage2Range, lookup: Lookup): string {
  const [ipa, pa, size] = [range.ipa, range.pa, range.size].map((term) => hex(evaluateNumber(term, lookup)));
  return `${range.name ?? 'range'} ${ipa} -> ${pa} size ${size} ${range.memory} ${range.access} ${range.execute ? 'x' : 'xn'}`;
}

export const stage2Maps: ConditionKind<Stage2MapsCondition> = {
  key: 'stage2_maps',
  how: 'seen',
  vacuous: (condition) => emptyRange(condition.stage2_maps),
  observe: async (_condition, probe) => probe.stage2(),
  judge(condition, context) {
    const wanted = written(condition.stage2_maps);
    const fault = ({ leaves }: Stage2Observation): Fault =>
      wanted
        .map((range) => ({ range, found: faultOfMapping(leaves, range, context.lookup) }))
        .filter(({ found }) => found !== undefined)
        .map(({ range, found }) => `${range.name ?? hex(evaluateNumber(range.ipa, context.lookup))}: ${found}`)[0];
    const expected = wanted.map((range) => showWanted(range, context.lookup)).join('; ');
    return judgeTables(condition, context, expected, fault, () => expected);
  },
};

export const stage2Excludes: ConditionKind<Stage2ExcludesCondition> = {
  key: 'stage2_excludes',
  how: 'seen',
  vacuous: (condition) => emptyRange(condition.stage2_excludes),
  observe: async (_condition, probe) => probe.stage2(),
  judge(condition, context) {
    const names = namesOf(condition.stage2_excludes);
    const fault = ({ leaves }: Stage2Observation): Fault => {
      for (const range of rangesOf(condition.stage2_excludes, context.lookup)) {
        const leaf = leaves.find((candidate) => overlaps(candidate, range.base, range.size, 'pa'));
        if (leaf) return `${range.name} is reachable: ${showLeaf(leaf)}`;
      }
      return undefined;
    };
    return judgeTables(condition, context, `no leaf reaches ${names}`, fault, ({ leaves }) => `none of ${leaves.length} runs reaches ${names}`);
  },
};

export const stage2Grants: ConditionKind<Stage2GrantsCondition> = {
  key: 'stage2_grants',
  how: 'seen',
  vacuous: ({ stage2_grants }) => emptyRange(stage2_grants) ?? wholeSpace(stage2_grants, 'base'),
  observe: async (_condition, probe) => probe.stage2(),
  judge(condition, context) {
    const names = namesOf(condition.stage2_grants);
    const fault = ({ leaves }: Stage2Observation): Fault => {
      const granted = rangesOf(condition.stage2_grants, context.lookup);
      const stray = leaves.map((leaf) => ({ leaf, at: firstOutside(leaf.pa, leaf.size, granted) })).find(({ at }) => at !== undefined);
      return stray && `${hex(stray.at as bigint)} is beyond what was granted: ${showLeaf(stray.leaf)}`;
    };
    return judgeTables(condition, context, `every leaf lies within ${names}`, fault, ({ leaves }) => `all ${leaves.length} runs lie within ${names}`);
  },
};

export const stage2Only: ConditionKind<Stage2OnlyCondition> = {
  key: 'stage2_only',
  how: 'seen',
  vacuous: ({ stage2_only }) => emptyRange(stage2_only) ?? wholeSpace(stage2_only, 'ipa'),
  observe: async (_condition, probe) => probe.stage2(),
  judge(condition, context) {
    const named = written(condition.stage2_only).map(({ name, ipa, size }) => ({ name, base: ipa, size }));
    const names = namesOf(named);
    const fault = ({ leaves }: Stage2Observation): Fault => {
      const mapped = rangesOf(named, context.lookup);
      const stray = leaves.map((leaf) => ({ leaf, at: firstOutside(leaf.ipa, leaf.size, mapped) })).find(({ at }) => at !== undefined);
      return stray && `${hex(stray.at as bigint)} is mapped, and is no address of ${names}: ${showLeaf(stray.leaf)}`;
    };
    return judgeTables(condition, context, `no address is mapped but ${names}`, fault, ({ leaves }) => `all ${leaves.length} runs are of ${names}`);
  },
};

export const stage2Tables: ConditionKind<Stage2TablesCondition> = {
  key: 'stage2_tables',
  how: 'seen',
  vacuous: (condition) => emptyRange(condition.stage2_tables),
  observe: async (_condition, probe) => probe.stage2(),
  judge(condition, context) {
    const names = namesOf(condition.stage2_tables);
    const fault = ({ tables, leaves }: Stage2Observation): Fault => {
      const allowed = rangesOf(condition.stage2_tables, context.lookup);
      for (const { base, size } of tables) {
        const stray = firstOutside(base, size, allowed);
        if (stray !== undefined) return `a table lies at ${hex(stray)}, beyond ${names}`;
        const leaf = leaves.find((candidate) => overlaps(candidate, base, size, 'pa'));
        if (leaf) return `the table at ${hex(base)} is reachable: ${showLeaf(leaf)}`;
      }
      return undefined;
    };
    const summary = ({ tables }: Stage2Observation) => `${tables.map(({ base }) => hex(base)).join(', ')} lie within ${names}`;
    return judgeTables(condition, context, `every table lies within ${names}, and no leaf reaches one`, fault, summary);
  },
};
