// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatOptions, mergeFragments, parseFragment } from './fragment';

const failure = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

test('a fragment gives its options with their lines', () => {
  const options = parseFragment('# why\n\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C="a b"  \n', 'x.config');
  assert.equal(options, [
    { symbol: 'CONFIG_A', value: 'y', at: { file: 'x.config', line: 3 } },
    { symbol: 'CONFIG_B', value: 'n', at: { file: 'x.config', line: 4 } },
    { symbol: 'CONFIG_C', value: '"a b"', at: { file: 'x.config', line: 5 } },
  ]);
  assert.is(formatOptions(options), 'CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C="a b"\n');
});

const SLIPS = [
  'CONFIG_A = y',
  'CONFIG_A=',
  'config_a=y',
  'A=y',
  'CONFIG_A',
  '#CONFIG_A is not set',
  '## CONFIG_A is not set',
  '#  CONFIG_A is not set',
  '# CONFIG_A  is not set',
  '# CONFIG_A is not  set',
  '# CONFIG_A is not settled',
  '# CONFIG_A is not set.',
  '# config_a is not set',
  '# CONFIG_A-B is not set',
];
for (const line of SLIPS) {
  test(`"${line}" is refused with its place`, () => {
    const text = failure(() => parseFragment(`# ok\n${line}\n`, 'x.config'));
    assert.match(text, /^x\.config:2: not a line of a configuration fragment/);
    assert.ok(text.includes(`found:    ${line}`));
  });
}

const VALUES: [line: string, value: string][] = [
  ['CONFIG_A=y # why', 'y'],
  ['CONFIG_A=100\t# why', '100'],
  ['CONFIG_A=-1', '-1'],
  ['CONFIG_A=0xFFFF0000', '0xFFFF0000'],
  ['CONFIG_A="a # b" # why', '"a # b"'],
  ['CONFIG_A="say \\"a\\""', '"say \\"a\\""'],
  ['CONFIG_A=n', 'n'],
];
for (const [line, value] of VALUES) test(line, () => assert.equal(parseFragment(line, 'x.config').map((option) => option.value), [value]));

const UNSET = ['# CONFIG_A is not set', '# CONFIG_A is not set  ', '# CONFIG_A is not set # why', '# CONFIG_A is not set\twhy'];
for (const line of UNSET) {
  test(`"${line}" asks for no`, () => assert.equal(parseFragment(line, 'x.config').map(({ symbol, value }) => [symbol, value]), [['CONFIG_A', 'n']]));
}

const COMMENTS = ['# why', '#why', '# CONFIG_A=y', '# CONFIG_A would need CONFIG_B', '# what is not set here has its default'];
for (const line of COMMENTS) test(`"${line}" is a comment`, () => assert.equal(parseFragment(line, 'x.config'), []));

const NO_VALUES: [line: string, fix: RegExp][] = [
  ['CONFIG_A=Y', /write CONFIG_A=y$/],
  ['CONFIG_A=N # off', /write CONFIG_A=n$/],
  ['CONFIG_A=yes', /for text: CONFIG_A="yes"$/],
  ['CONFIG_A=y#why', /for text/],
  ['CONFIG_A=0xg', /for text/],
];
for (const [line, fix] of NO_VALUES) {
  test(`${line}: what is wrong with it, with its place`, () => {
    const text = failure(() => parseFragment(`\n${line}\n`, 'x.config'));
    assert.match(text, /^x\.config:2: .* is no value of CONFIG_A\n {2}expected: y, m or n, a number, or text in double quotes\n/);
    assert.match(text, fix);
  });
}

test('the same option twice with the same value is one', () => {
  const merged = mergeFragments([parseFragment('CONFIG_A=y\n', 'a'), parseFragment('CONFIG_A=y\nCONFIG_B=1\n', 'b')]);
  assert.equal(merged.map(({ symbol }) => symbol), ['CONFIG_A', 'CONFIG_B']);
});

test('two values for one option name both places', () => {
  const text = failure(() => mergeFragments([parseFragment('CONFIG_A=y\n', 'a'), parseFragment('\n# CONFIG_A is not set\n', 'b')]));
  assert.match(text, /^b:2: CONFIG_A is asked for twice.*\n.*y, as in a:1\n.*n\n/);
});

test.run();
