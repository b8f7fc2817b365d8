// SPDX-License-Identifier: Apache-2.0
// Expectations of a number, or of a digest, that no value of its width could disappoint.
import type { Expectation, FieldExpectation, Term } from './spec/types';
import { evaluate, hex, isZero, numberOf, referencesOf, toExpectation, type Datum } from './value';

const isLiteral = (term: Term) => referencesOf(term).length === 0;
const literal = (term: Term): Datum => evaluate(term, () => undefined);

/** Whether all values meet it: 0 is one of them, `most` the greatest, and no other bits than those of `most` can be set. */
const ALWAYS = {
  equals: (wanted: Datum, most: bigint) => most === 0n && numberOf(wanted) === 0n,
  not: (wanted: Datum, most: bigint) => ((numberOf(wanted) ?? -1n) & ~most) !== 0n,
  at_least: (wanted: Datum) => numberOf(wanted) === 0n,
  at_most: (wanted: Datum, most: bigint) => (numberOf(wanted) ?? -1n) >= most,
} as const;

/** Values drawn for a pattern to fail on, beside those at the edges. */
const DRAWN = 2000n;
/** An odd multiplier near 2^512 divided by the golden ratio spreads its multiples over all bits. */
const SPREAD = (2n ** 512n * 618_033_988_749_894_848_204_586_834_365n) / 10n ** 30n | 1n;

/** Values of so many bits: the least, the greatest, each bit and each digit alone, and many that lie apart. */
function samples(bits: number): bigint[] {
  const all = (1n << BigInt(bits)) - 1n;
  const each = Array.from({ length: bits }, (_, bit) => 1n << BigInt(bit));
  const digits = Array.from({ length: 16 }, (_, digit) => BigInt(digit));
  const drawn = Array.from({ length: Number(DRAWN) }, (_, index) => ((SPREAD * BigInt(index + 1)) >> BigInt(512 - bits)) & all);
  return [0n, all, ...each, ...digits, ...drawn];
}

/** What is not to be there takes a reader of patterns to judge; nothing is said of these. */
const LOOKAROUND = /\(\?<?[!=]/;

/** Whether every one of these texts matches; of a pattern that is none, something else is told. */
function matchesEach(pattern: string, texts: readonly string[]): boolean {
  if (LOOKAROUND.test(pattern)) return false;
  try {
    const wanted = new RegExp(pattern, 'u');
    return texts.every((text) => wanted.test(text));
  } catch {
    return false;
  }
}

/** Why no digest of so many bits could fail an expectation, if so: a pattern that each of them has. */
export function everyDigest({ matches, ...others }: Expectation, bits: number): string | undefined {
  if (matches === undefined || Object.keys(others).length > 0) return undefined;
  const texts = samples(bits).map((value) => value.toString(16).padStart(bits / 4, '0'));
  return matchesEach(matches, texts) ? 'every digest meets it' : undefined;
}

/** Why no value of so many bits could fail an expectation, if so. What facts ask is not known here. */
export function alwaysMet(field: FieldExpectation, bits: number): string | undefined {
  const expectation = toExpectation(field);
  const { mask, matches } = expectation;
  // An empty mask is refused wherever it stands.
  if (mask !== undefined && (!isLiteral(mask) || isZero(mask))) return undefined;
  const all = (1n << BigInt(bits)) - 1n;
  const kept = mask === undefined ? all : numberOf(literal(mask));
  if (kept === undefined) return undefined;
  const asked = (Object.keys(ALWAYS) as (keyof typeof ALWAYS)[]).filter((key) => expectation[key] !== undefined);
  const holds = (key: keyof typeof ALWAYS) => {
    const wanted = expectation[key] as Term;
    return isLiteral(wanted) && ALWAYS[key](literal(wanted), kept & all);
  };
  if ((asked.length === 0 && matches === undefined) || !asked.every(holds)) return undefined;
  if (matches !== undefined && !matchesEach(matches, samples(bits).map((value) => hex(value & kept)))) return undefined;
  return `every value of ${bits} bits${mask === undefined ? '' : ` under mask ${literal(mask)}`} meets it`;
}
