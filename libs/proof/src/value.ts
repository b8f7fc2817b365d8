// SPDX-License-Identifier: Apache-2.0
import type { Expectation, FieldExpectation, Term } from './spec/types';

/** A value as text; numeric text compares as a number, so that 0x10 equals 16. */
export type Datum = string;

/** Looks a fact or capture up; undefined when it was not seen. */
export type Lookup = (name: string) => Datum | undefined;

const NUMBER = /^(0x[0-9a-f]+|[0-9]+)$/i;
/** Facts and captures; what the board's files say has dots in its name. */
const NAME = '[a-z][a-z0-9_]*(?:\\.[a-z][a-z0-9_]*)*';
const TOKEN = new RegExp(`\\s*(\\$${NAME}|0x[0-9a-fA-F]+|[0-9]+|[-+*])\\s*`, 'y');
const REFERENCE = new RegExp(`\\$(${NAME})`, 'g');

/** The number a text spells, or undefined. */
export function numberOf(datum: Datum): bigint | undefined {
  return NUMBER.test(datum) ? BigInt(datum) : undefined;
}

/** Whether a term is the constant 0, however it is spelled. */
export function isZero(term: Term | undefined): boolean {
  return term !== undefined && numberOf(String(term)) === 0n;
}

export function hex(value: bigint): Datum {
  return `0x${value.toString(16)}`;
}

/** Names of facts and captures that a term refers to. */
export function referencesOf(term: Term): string[] {
  return typeof term === 'string' ? [...term.matchAll(REFERENCE)].map(([, name]) => name as string) : [];
}

/** A term that has no value in this run: a name it needs was never seen, or is not the number it must be. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

/** The value of a term. Throws a `ValueError` when it has none. */
export function evaluate(term: Term, lookup: Lookup): Datum {
  if (typeof term === 'number') return term > 9 ? hex(BigInt(term)) : String(term);
  if (typeof term === 'boolean') return String(term);
  const tokens = tokenise(term);
  if (!tokens) return term;
  const values = tokens.map((token) => (token.startsWith('$') ? required(token.slice(1), lookup) : token));
  return values.length === 1 ? (values[0] as Datum) : hex(sum(values));
}

/** `evaluate` for a place where only a number makes sense. */
export function evaluateNumber(term: Term, lookup: Lookup): bigint {
  const datum = evaluate(term, lookup);
  const number = numberOf(datum);
  return number ?? notANumber(datum);
}

function notANumber(datum: Datum): never {
  throw new ValueError(`${JSON.stringify(datum)} is not a number`);
}

/** Tokens of an expression that has a reference; undefined for text that stands for itself. */
function tokenise(text: string): string[] | undefined {
  if (!text.includes('$')) return undefined;
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) return undefined;
    tokens.push(match[1] as string);
  }
  const alternates = tokens.every((token, index) => (index % 2 === 1) === /^[-+*]$/.test(token));
  return alternates && tokens.length % 2 === 1 ? tokens : undefined;
}

function required(name: string, lookup: Lookup): Datum {
  const datum = lookup(name);
  if (datum === undefined) throw new ValueError(`$${name} was not seen`);
  return datum;
}

/** Sum of products over `a op b op c`; multiplication binds tighter. */
function sum(tokens: readonly string[]): bigint {
  const number = (index: number) => numberOf(tokens[index] as string) ?? notANumber(tokens[index] as string);
  let total = 0n;
  let sign = 1n;
  let product = number(0);
  for (let index = 1; index < tokens.length; index += 2) {
    const operand = number(index + 1);
    if (tokens[index] === '*') {
      product *= operand;
      continue;
    }
    total += sign * product;
    sign = tokens[index] === '-' ? -1n : 1n;
    product = operand;
  }
  return total + sign * product;
}

/** Whether two values are the same number, or else the same text. */
export function sameDatum(left: Datum, right: Datum): boolean {
  const [a, b] = [numberOf(left), numberOf(right)];
  return a !== undefined && b !== undefined ? a === b : left === right;
}

export function toExpectation(field: FieldExpectation): Expectation {
  return typeof field === 'object' ? field : { equals: field };
}

/** Terms of an expectation, for finding the names it refers to. */
export function termsOf(field: FieldExpectation): Term[] {
  const { equals, not, at_least, at_most, mask } = toExpectation(field);
  return [equals, not, at_least, at_most, mask].filter((term): term is Term => term !== undefined);
}

/** An expectation in words; a term that has no value stands as it is written. */
export function showExpectation(field: FieldExpectation, lookup: Lookup): string {
  const expectation = toExpectation(field);
  const words = OPERATORS.filter(([key]) => expectation[key] !== undefined).map(([key, prefix]) => {
    const term = expectation[key] as Term;
    const known = referencesOf(term).every((name) => lookup(name) !== undefined);
    return `${prefix}${known ? evaluate(term, lookup) : term}`;
  });
  return words.join(' and ');
}

export interface Comparison {
  met: boolean;
  /** As in `0x5f000000` or `at least 4`. */
  expected: string;
  found: string;
}

type Operator = readonly [key: keyof Expectation, words: string, holds: (found: Datum, wanted: Datum) => boolean];

const ordered = (holds: (a: bigint, b: bigint) => boolean) => (found: Datum, wanted: Datum) => {
  const [a, b] = [numberOf(found), numberOf(wanted)];
  return a !== undefined && b !== undefined && holds(a, b);
};

const OPERATORS: readonly Operator[] = [
  ['equals', '', sameDatum],
  ['not', 'not ', (found, wanted) => !sameDatum(found, wanted)],
  ['at_least', 'at least ', ordered((a, b) => a >= b)],
  ['at_most', 'at most ', ordered((a, b) => a <= b)],
  ['matches', 'text that matches ', (found, wanted) => new RegExp(wanted, 'u').test(found)],
];

/** Compares a value; a reference that was never seen makes the comparison fail and says so. */
export function compare(found: Datum, field: FieldExpectation, lookup: Lookup): Comparison {
  const expectation = toExpectation(field);
  try {
    const mask = expectation.mask === undefined ? undefined : evaluateNumber(expectation.mask, lookup);
    const number = numberOf(found);
    const value = mask === undefined || number === undefined ? found : hex(number & mask);
    const suffix = mask === undefined ? '' : ` under mask ${hex(mask)}`;
    const results = OPERATORS.filter(([key]) => expectation[key] !== undefined).map(([key, words, holds]) => {
      const wanted = key === 'matches' ? (expectation.matches as string) : evaluate(expectation[key] as Term, lookup);
      return { met: holds(value, wanted), expected: `${words}${wanted}${suffix}` };
    });
    return {
      met: results.length > 0 && results.every(({ met }) => met),
      expected: results.map(({ expected }) => expected).join(' and '),
      // Bits that nobody asked about may differ from run to run.
      found: `${value}${suffix}`,
    };
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    return { met: false, expected: `a value that cannot be had: ${error.message}`, found };
  }
}
