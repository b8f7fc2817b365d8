// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withFolder } from '../../../qemu/src/testing';
import { judge } from '../judge';
import type { Mutant, ProofSpec } from '../spec/types';
import { faultsOf, killedBy } from '../spec/validate';
import { runOf, specOf } from '../testing';
import { excused, loadInapplicable, type Inapplicable } from './inapplicable';

const NO_DISK = 'no bus that a disk could hang on';
const mutant = (id: string, kills: Mutant['kills']): Mutant => ({ id, does: id, swap: { image: null }, kills });
const SPEC: ProofSpec = specOf(
  [
    { id: 'first', title: 'First', expect: [{ line: '^first$' }] },
    {
      id: 'disk',
      title: 'Disk',
      needs: { 'virtio.transports': { at_least: 1 } },
      expect: [{ line: '^disk (?<size>[0-9]+)$' }],
    },
    { id: 'last', title: 'Last', expect: [{ line: '^last$' }] },
  ],
  {
    artefacts: { image: 'linux-image:image/Image', tree: '{board}:device-tree/board.dtb' },
    described_by: { board: 'tree' },
    mutants: [
      mutant('no-first', ['first']),
      mutant('no-disk', ['disk']),
      mutant('from-disk', ['disk..last']),
      mutant('none', 'all'),
    ],
  },
);
const values = (transports: number) => new Map([['virtio.transports', String(transports)]]);
const WITHOUT = values(0);

const boardThatSays = (reasons: Record<string, string>): Inapplicable => ({
  file: 'apps/v/board.yaml',
  reasons,
  placeOf: (check) => ({ file: `apps/v/board.yaml#${check}` }),
});
const LEFT = excused(SPEC, WITHOUT, boardThatSays({ disk: NO_DISK }));

test('what a board cannot offer is neither passed nor failed, and every check keeps its number', () => {
  const run = runOf({ lines: ['first', 'last', 'END'] });
  const { checks, inapplicable, passed, total, success } = judge(LEFT, run, new Map());
  assert.equal(checks.map(({ number, id, passed: met }) => [number, id, met]), [[1, 'first', true], [3, 'last', true]]);
  assert.equal(inapplicable, [{ number: 2, id: 'disk', title: 'Disk', reason: NO_DISK }]);
  assert.equal([passed, total, success], [2, 2, true]);
});

test('it is not judged, whatever was said', () => {
  const said = judge(LEFT, runOf({ lines: ['first', 'disk 5', 'last', 'END'] }), new Map());
  assert.equal([said.passed, said.total, said.inapplicable.length], [2, 2, 1]);
});

test('its mutants are left out; one that kills others too must kill those', () => {
  const left = LEFT.mutants?.map((known) => [known.id, killedBy(known, LEFT.checks)]);
  assert.equal(left, [['no-first', ['first']], ['from-disk', ['last']], ['none', ['first', 'last']]]);
  assert.equal(faultsOf(LEFT), []);
});

test('a check that needs a capture of one that is left out, or its place in the order, is a fault', () => {
  const more = (condition: object) => ({ id: 'more', title: 'More', expect: [condition as never] });
  const needy = (condition: object) => ({ ...LEFT, checks: [...LEFT.checks, more(condition)] });
  const [capture] = faultsOf(needy({ line: '^x (?<y>.)$', fields: { y: '$size' } }));
  assert.is(capture?.summary, 'unknown fact or capture $size');
  const [order] = faultsOf(needy({ line: '^x$', after: 'disk' }));
  assert.is(order?.summary, 'no other check is called disk');
});

const REFUSED: [title: string, transports: number, reasons: Record<string, string>, expected: RegExp][] = [
  [
    'a check that is not there',
    0,
    { disk: NO_DISK, dsk: 'x' },
    /^apps\/v\/board\.yaml#dsk: the proof sample has no check dsk\n.*one of first, disk, last/,
  ],
  [
    'a check whose needs the board meets',
    2,
    { disk: NO_DISK },
    /^apps\/v\/board\.yaml#disk: the check disk of the proof sample is applicable[^\n]*\n.*virtio\.transports is 2/,
  ],
  [
    'a need that is not met in silence',
    0,
    {},
    /^apps\/v\/board\.yaml: the board cannot offer what[^\n]*\n.*inapplicable: \{ sample: \{ disk: .*\n.*transports is 0/,
  ],
  [
    'a check that names no need, on the word of the board',
    0,
    { disk: NO_DISK, last: 'this machine has no end' },
    /^apps\/v\/board\.yaml#last: the check last of the proof sample needs nothing that a board could lack\n.*`needs`[^\n]*\n.*no end/,
  ],
];
for (const [title, transports, reasons, expected] of REFUSED) {
  const excuse = () => excused(SPEC, values(transports), boardThatSays(reasons));
  test(`refused: ${title}`, () => assert.throws(excuse, expected));
}

test('a proof of which nothing is left is refused', () => {
  const needs = { 'virtio.transports': { at_least: 1 } };
  const needy = { ...SPEC, checks: SPEC.checks.map((check) => ({ ...check, needs })) };
  const excuse = () => excused(needy, WITHOUT, boardThatSays({ first: 'a', disk: 'b', last: 'c' }));
  assert.throws(excuse, /^apps\/v\/board\.yaml#first: no check of the proof sample is left/);
});

test('a board that says nothing changes nothing', () => {
  assert.equal(excused(SPEC, values(2), boardThatSays({})), SPEC);
});

const FAULTY: [title: string, yaml: string, expected: RegExp][] = [
  ['an empty reason', 'name: v\ninapplicable:\n  sample:\n    disk: ""\n', /^board\.yaml:4:5: .*disk has the wrong form/],
  ['a reason of blanks', 'inapplicable: { sample: { disk: "  " } }\n', /^board\.yaml:1:27: .*disk has the wrong form/],
  ['no reason', 'inapplicable:\n  sample:\n    disk:\n', /^board\.yaml:3:5: inapplicable\.sample\.disk must be string/],
  ['a list of checks', 'inapplicable:\n  sample: [disk]\n', /^board\.yaml:2:3: inapplicable\.sample must be object/],
  ['no check', 'inapplicable:\n  sample: {}\n', /^board\.yaml:2:3: inapplicable\.sample/],
];
for (const [title, yaml, expected] of FAULTY) {
  test(`a board.yaml with ${title} is refused with its place`, () =>
    withFolder(async (root) => {
      writeFileSync(join(root, 'board.yaml'), yaml);
      assert.throws(() => loadInapplicable(root, 'board.yaml', 'sample'), expected);
    }));
}

test('a board.yaml says of each proof its own; a place is that of the check', () =>
  withFolder(async (root) => {
    writeFileSync(join(root, 'board.yaml'), 'name: v\ninapplicable:\n  sample:\n    disk: none\n  other: { x: y }\n');
    const { reasons, placeOf } = loadInapplicable(root, 'board.yaml', 'sample');
    assert.equal([reasons, placeOf('disk')], [{ disk: 'none' }, { file: 'board.yaml', line: 4, column: 5 }]);
    assert.equal(loadInapplicable(root, 'board.yaml', 'third').reasons, {});
  }));

test.run();
