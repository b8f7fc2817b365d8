// SPDX-License-Identifier: Apache-2.0
// Expectations of a number that no number of its width could disappoint.
import type { FieldExpectation, Term } from './spec/types';
import { evaluate, isZero, numberOf, referencesOf, toExpectation, type Datum } from './value';

const isLiteral = (term: Term) => referencesOf(term).length === 0;
const literal = (term: Term): Datum => evaluate(term, () => undefined);

/** Whether all values meet it: 0 is one of them, `most` the greatest, and no other bits than those of `most` can be set. */
const ALWAYS = {
  equals: (wanted: Datum, most: bigint) => most === 0n && numberOf(wanted) === 0n,
  not: (wanted: Datum, most: bigint) => ((numberOf(wanted) ?? -1n) & ~most) !== 0n,
  at_least: (wanted: Datum) => numberOf(wanted) === 0n,
  at_most: (wanted: Datum, most: bigint) => (numberOf(wanted) ?? -1n) >= most,
} as const;

/** Why no value of so many bits could fail an expectation, if so. What facts and patterns ask is not known here. */
export function alwaysMet(field: FieldExpectation, bits: number): string | undefined {
  const expectation = toExpectation(field);
  const { mask, matches } = expectation;
  // An empty mask is refused wherever it stands.
  if (matches !== undefined || (mask !== undefined && (!isLiteral(mask) || isZero(mask)))) return undefined;
  const all = (1n << BigInt(bits)) - 1n;
  const kept = mask === undefined ? all : numberOf(literal(mask));
  if (kept === undefined) return undefined;
  const asked = (Object.keys(ALWAYS) as (keyof typeof ALWAYS)[]).filter((key) => expectation[key] !== undefined);
  const holds = (key: keyof typeof ALWAYS) => {
    const wanted = expectation[key] as Term;
    return isLiteral(wanted) && ALWAYS[key](literal(wanted), kept & all);
  };
  if (asked.length === 0 || !asked.every(holds)) return undefined;
  return `every value of ${bits} bits${mask === undefined ? '' : ` under mask ${literal(mask)}`} meets it`;
}
