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

test.run();
