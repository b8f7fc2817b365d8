// SPDX-License-Identifier: Apache-2.0
import { alwaysMet } from '../always-met';
import { bytesNeeded, decode, readingsOf, vacuousReading } from '../reading';
import type { Condition, DiskCondition, EventCondition, FieldExpectation, MemoryCondition, RegisterCondition, RegistersCondition } from '../spec/types';
import { compare, evaluate, evaluateNumber, hex, sameDatum, termsOf, toExpectation, type Comparison } from '../value';
import { compareFields, wording, type ConditionKind, type Finding, type JudgeContext } from './kind';

/** The values that were seen for a condition, or the finding that says why there are none. */
export function seenValues(
  condition: Condition,
  { observations }: JudgeContext,
  expected: string,
): { values: Readonly<Record<string, string>> } | { missing: Finding } {
  const observation = observations.get(condition);
  if (observation && 'values' in observation) return { values: observation.values };
  const why = observation && 'unseen' in observation ? observation.unseen : 'it was not looked at';
  return { missing: { met: false, expected, evidence: `not seen: ${why}` } };
}

export const memory: ConditionKind<MemoryCondition> = {
  key: 'memory',
  how: 'seen',
  vacuous: vacuousReading,
  async observe(condition, probe, lookup) {
    const address = evaluateNumber(condition.memory, lookup);
    const size = condition.size === undefined ? undefined : evaluateNumber(condition.size, lookup);
    const content = await probe.dump(address, bytesNeeded(condition, size));
    return () => ({ values: { ...decode(condition, content()), address: hex(address) } });
  },
  judge(condition, context) {
    const seen = seenValues(condition, context, `memory at ${condition.memory}`);
    if ('missing' in seen) return seen.missing;
    const comparisons = compareFields(readingsOf(condition), seen.values, context.lookup);
    const place = `memory at ${seen.values['address']} (${condition.at})`;
    return {
      met: comparisons.every(({ met }) => met),
      expected: `${place}: ${wording(comparisons, 'expected')}`,
      evidence: `${place}: ${wording(comparisons, 'found')}`,
    };
  },
};

const REGISTER_BITS = 64;

/** Why nothing could make an expectation of a register fail, if so. */
function vacuousExpectation(field: FieldExpectation): string | undefined {
  const expectation = toExpectation(field);
  const asks = termsOf({ ...expectation, mask: undefined }).length > 0 || expectation.matches !== undefined;
  return asks ? alwaysMet(expectation, REGISTER_BITS) : 'it asks nothing of the register';
}

export const register: ConditionKind<RegisterCondition> = {
  key: 'register',
  how: 'seen',
  vacuous: vacuousExpectation,
  async observe({ register: name, cores }, probe) {
    const found = cores === undefined ? [await probe.register(name)] : await probe.registerOfOthers(name);
    if (found.length === 0) return { unseen: 'the machine has one core' };
    return { values: Object.fromEntries(found.map((value, index) => [String(index), hex(value)])) };
  },
  judge(condition, context) {
    const seen = seenValues(condition, context, condition.register);
    if ('missing' in seen) return seen.missing;
    const comparisons = Object.values(seen.values).map((value) => compare(value, condition, context.lookup));
    const shown = comparisons.find(({ met }) => !met) ?? (comparisons[0] as Comparison);
    const whose = condition.cores ? ` of ${comparisons.length} other cores` : '';
    const name = `${condition.register}${whose} (${condition.at})`;
    return { met: shown.met, expected: `${name} ${shown.expected}`, evidence: `${name} = ${shown.found}` };
  },
};

export const registers: ConditionKind<RegistersCondition> = {
  key: 'registers',
  how: 'seen',
  vacuous: ({ registers: wanted }) => Object.values(wanted).map(vacuousExpectation).find((why) => why !== undefined),
  async observe({ registers: wanted }, probe) {
    const names = Object.keys(wanted);
    const found = await Promise.all(names.map((name) => probe.register(name)));
    return { values: Object.fromEntries(names.map((name, index) => [name, hex(found[index] as bigint)])) };
  },
  judge(condition, context) {
    const seen = seenValues(condition, context, Object.keys(condition.registers).join(', '));
    if ('missing' in seen) return seen.missing;
    const comparisons = compareFields(condition.registers, seen.values, context.lookup);
    const wrong = comparisons.filter(({ met }) => !met);
    // Of many, those that are wrong are the ones to read.
    const shown = wrong.length > 0 ? wrong : comparisons;
    const place = `registers (${condition.at})`;
    return {
      met: wrong.length === 0,
      expected: `${place}: ${wording(shown, 'expected')}`,
      evidence: `${place}: ${wording(shown, 'found')}`,
    };
  },
};

export const disk: ConditionKind<DiskCondition> = {
  key: 'disk',
  how: 'seen',
  vacuous: vacuousReading,
  async observe(condition, probe, lookup) {
    const image = await probe.disk(condition.disk);
    const offset = evaluateNumber(condition.offset ?? 0, lookup);
    const size = condition.size === undefined ? undefined : evaluateNumber(condition.size, lookup);
    const end = offset + bytesNeeded(condition, size);
    if (offset < 0n || end > BigInt(image.length)) {
      return { unseen: `bytes ${offset} to ${end} are beyond the image's ${image.length} bytes` };
    }
    return { values: { ...decode(condition, image.subarray(Number(offset), Number(end))), offset: String(offset) } };
  },
  judge(condition, context) {
    const seen = seenValues(condition, context, `the disk ${condition.disk}`);
    if ('missing' in seen) return seen.missing;
    const comparisons = compareFields(readingsOf(condition), seen.values, context.lookup);
    const place = `disk ${condition.disk} at byte ${seen.values['offset']}`;
    return {
      met: comparisons.every(({ met }) => met),
      expected: `${place}: ${wording(comparisons, 'expected')}`,
      evidence: `${place}: ${wording(comparisons, 'found')}`,
    };
  },
};

export const event: ConditionKind<EventCondition> = {
  key: 'event',
  how: 'seen',
  judge(condition, { events, lookup }) {
    const wanted = Object.entries(condition.data ?? {});
    const expected = `QMP event ${condition.event} ${wanted.map(([name, term]) => `${name}=${term}`).join(' ')}`.trimEnd();
    const same = events.filter(({ event: name }) => name === condition.event);
    const hit = same.find(({ data = {} }) => wanted.every(([name, term]) => sameDatum(String(data[name]), evaluate(term, lookup))));
    const shown = (hit ? [hit] : same).map(({ event: name, data }) => `${name} ${JSON.stringify(data ?? {})}`);
    const others = `events were: ${events.map(({ event: name }) => name).join(', ') || 'none'}`;
    return { met: hit !== undefined, expected, evidence: shown.join('; ') || others };
  },
};
