// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseYaml } from './load-yaml';

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string', pattern: '^[a-z]+$' },
    ranges: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['base'],
        properties: { base: { type: 'integer' }, kind: { enum: ['ram', 'device'] } },
      },
    },
  },
};

const parse = (text: string) => parseYaml<{ name: string; ranges: { base: number }[] }>(text, SCHEMA, 'a.yaml');
const message = (text: string): string => {
  try {
    parse(text);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

test('valid text gives its value and the place of each part', () => {
  const loaded = parse('name: board\nranges:\n  - base: 0x40000000\n    kind: ram\n');
  assert.is(loaded.value.ranges[0]?.base, 0x4000_0000);
  assert.equal(loaded.placeOf(['ranges', 0, 'kind']), { file: 'a.yaml', line: 4, column: 5 });
  assert.equal(loaded.placeOf(['ranges', 0, 'absent']).line, 3);
});

const FAULTS: [title: string, text: string, expected: RegExp][] = [
  ['an unknown key is named with its place', 'name: a\nranges:\n  - base: 1\n    bse: 2\n', /^a\.yaml:4:5: unknown key ranges\.0\.bse\n.*one of base, kind/],
  ['a missing key', 'ranges: []\n', /^a\.yaml:1:1: the file lacks the key name/],
  ['a wrong value shows what is allowed', 'name: a\nranges:\n  - base: 1\n    kind: rom\n', /^a\.yaml:4:5: ranges\.0\.kind has an unknown value\n.*ram, device\n.*"rom"/],
  ['a wrong form shows the pattern', 'name: A1\n', /^a\.yaml:1:1: name has the wrong form\n.*\^\[a-z\]\+\$\n.*"A1"/],
  ['a syntax error has its place', 'name: "a\n', /^a\.yaml:2:1: /],
  ['a key that stands twice', 'name: a\nname: b\n', /^a\.yaml:2:1: Map keys must be unique/],
];
for (const [title, text, expected] of FAULTS) {
  test(title, () => assert.match(message(text), expected));
}

const BASE = { type: 'integer', minimum: 1 };

test('a part of a file has its own schema, and its faults the places of the file', () => {
  const part = (text: string, ...path: string[]) => parseYaml<number>(text, BASE, 'a.yaml', path);
  assert.is(part('other: x\nrange: { base: 7 }\n', 'range', 'base').value, 7);
  assert.throws(() => part('other: x\nrange:\n  base: 0\n', 'range', 'base'), /^a\.yaml:3:3: range\.base must be >= 1/);
  assert.throws(() => part('other: x\n', 'range', 'base'), /^a\.yaml:1:1: the file lacks the key range\.base/);
});

const NUMBERS = {
  type: 'object',
  properties: {
    address: { type: 'integer', minimum: 0 },
    term: { type: ['integer', 'string'] },
    name: { type: 'string' },
    mode: { type: 'integer' },
    list: { type: 'array', items: { type: 'object' } },
  },
};
const read = (text: string): Record<string, unknown> => parseYaml<Record<string, unknown>>(text, NUMBERS, 'n.yaml', [], { octal: new Set(['mode']) }).value;

const EXACT: [text: string, value: unknown][] = [
  ['term: 0xffff0000080803ff', '0xffff0000080803ff'],
  ['term: 18446462598867583999', '0xffff0000080803ff'],
  ['term: -9007199254740993', '-9007199254740993'],
  ['term: 9007199254740991', 9007199254740991],
  ['address: 0x0901_0000', 0x0901_0000],
  ['address: 1_000', 1000],
  ['address: 0x1fffffffffffff', 0x1f_ffff_ffff_ffff],
  ['term: 0x0901_0000_0000_0000', '0x901000000000000'],
  ['address: 24e6', 24_000_000],
  ['address: 1.0', 1],
  ['address: 0', 0],
  ['address: 0o17', 15],
  ['mode: 0644', 0o644],
  ['mode: 0o644', 0o644],
  ['mode: 0', 0],
];
for (const [text, value] of EXACT) test(`${text}: exactly`, () => assert.is(Object.values(read(text))[0], value));

const REFUSED: [text: string, expected: RegExp][] = [
  ['address: 0xffff0000080803ff', /^n\.yaml:1:1: address is too large a number\n.*at most 9007199254740991[^\n]*\n.*0xffff0000080803ff/],
  ['address: 9007199254740993.0', /^n\.yaml:1:1: address is too large a number\n.*\n.*0x20000000000001/],
  ['address: 1e17', /^n\.yaml:1:1: address is too large a number/],
  ['address: 1.00000000000000000001', /^n\.yaml:1:10: the number 1\.0+1 cannot be held exactly/],
  ['name: 0xffff0000080803ff', /^n\.yaml:1:1: name must be string\n.*0xffff0000080803ff/],
  ['address: -9007199254740993', /^n\.yaml:1:1: address must be >= 0\n.*-9007199254740993/],
  ['address: 0100', /^n\.yaml:1:10: the number 0100 means different things[^\n]*\n.*100 \(decimal\) or 0o100 \(octal\)/],
  ['term: 08', /the number 08 means different things[^\n]*\n.*8 \(decimal\)\n/],
  ['mode: 644', /^n\.yaml:1:7: permission bits are written in octal\n.*0644 or 0o644\n.*644/],
  ['mode: 0x1a4', /permission bits are written in octal/],
];
for (const [text, expected] of REFUSED) {
  test(`${text}: refused`, () => assert.throws(() => read(text), (error: Error) => (assert.match(error.message, expected), true)));
}

test('a merge key brings in what it names', () => {
  const { list } = read('list:\n  - &base { a: 1, b: 0xffff0000080803ff }\n  - { <<: *base, a: 2 }\n') as { list: unknown[] };
  assert.equal(list[1], { a: 2, b: '0xffff0000080803ff' });
});

test.run();
