// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FieldExpectation, Term } from './spec/types';
import { ValueError, compare, evaluate, referencesOf, sameDatum } from './value';

const VALUES: Record<string, string> = { base: '0x48000000', size: '100', name: 'linux', lba: '8' };
const lookup = (name: string) => VALUES[name];

const TERMS: [term: Term, expected: string][] = [
  [7, '7'],
  [0x5f000000, '0x5f000000'],
  [true, 'true'],
  ['plain text', 'plain text'],
  ['0x10', '0x10'],
  ['$name', 'linux'],
  ['$base + $size', '0x48000064'],
  ['$base + 0x1000 - 16', '0x48000ff0'],
  ['$lba * 512 + $size', '0x1064'],
  ['$size + $lba * 2 * 3', '0x94'],
  ['costs $5', 'costs $5'],
];
for (const [term, expected] of TERMS) test(`the term ${term} is ${expected}`, () => assert.is(evaluate(term, lookup), expected));

test('a name that was never seen, and text where a number must be, have no value', () => {
  assert.throws(() => evaluate('$absent', lookup), (error: Error) => error instanceof ValueError && error.message === '$absent was not seen');
  assert.throws(() => evaluate('$name + 1', lookup), (error: Error) => error instanceof ValueError && /"linux" is not a number/.test(error.message));
});

test('the names a term refers to', () => {
  assert.equal(referencesOf('$a + $b_2 * 4'), ['a', 'b_2']);
  assert.equal(referencesOf(4), []);
});

test('numbers compare as numbers, everything else as text', () => {
  assert.ok(sameDatum('0x10', '16'));
  assert.ok(sameDatum('00', '0x0'));
  assert.not(sameDatum('linux', 'Linux'));
  assert.not(sameDatum('0x1', '0x1f'));
});

const COMPARISONS: [found: string, field: FieldExpectation, met: boolean, expected: string, shown?: string][] = [
  ['0x1f', { mask: 0x18, equals: 0 }, false, '0 under mask 0x18', '0x18 under mask 0x18'],
  ['0xe7', { mask: 0x18, equals: 0 }, true, '0 under mask 0x18', '0x0 under mask 0x18'],
  ['0x5f000000', 0x5f000000, true, '0x5f000000'],
  ['4', { at_least: 4, at_most: 6 }, true, 'at least 4 and at most 6'],
  ['7', { at_least: 4, at_most: 6 }, false, 'at least 4 and at most 6'],
  ['many', { at_least: 4 }, false, 'at least 4'],
  ['2', { not: 2 }, false, 'not 2'],
  ['6.1.192-nexus', { matches: '^6\\.1\\.' }, true, 'text that matches ^6\\.1\\.'],
  ['0x48000064', '$base + $size', true, '0x48000064'],
  ['x', '$absent', false, 'a value that cannot be had: $absent was not seen'],
  ['x', {}, false, ''],
];
for (const [found, field, met, expected, shown = found] of COMPARISONS) {
  test(`${found} against ${JSON.stringify(field)}: ${met}`, () => assert.equal(compare(found, field, lookup), { met, expected, found: shown }));
}

test.run();
