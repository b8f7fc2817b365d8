// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Check, Condition } from '../spec/types';
import { specOf } from '../testing';
import type { Described, DescribedRange } from './described';
import { specialise } from './specialise';

const UART: DescribedRange = {
  name: 'uart0',
  ipa: '0x9000000',
  pa: '0x9000000',
  base: '0x9000000',
  size: '0x1000',
  memory: 'device',
  access: 'rw',
  execute: false,
};
const BOARD: Described = {
  values: new Map([
    ['gic.compatible', 'arm,gic-400'],
    ['ion.pa', '0x5f000000'],
    ['cpu.count', '2'],
  ]),
  lists: new Map([['cell.devices', [UART]]]),
};
const of = (...expect: Condition[]): Check[] => [{ id: 'only', title: 'Only', expect }];
const end = { at: 'end' } as const;

test('what the files say stands among the facts, before those of the proof', () => {
  const { facts } = specialise(specOf(of({ memory: '$twice', u32: 1, ...end }), { facts: { twice: '$ion.pa * 2' } }), BOARD);
  assert.equal(Object.entries(facts ?? {}), [['gic.compatible', 'arm,gic-400'], ['ion.pa', '0x5f000000'], ['cpu.count', '2'], ['twice', '$ion.pa * 2']]);
});

test('the entries of a list take its place, with what the condition asks of a range', () => {
  const own = { name: 'window', base: '$ion.pa', size: 4096 };
  const { name, base, size } = UART;
  const [maps, grants] = specialise(specOf(of({ stage2_maps: ['$cell.devices'], ...end }, { stage2_grants: [own, '$cell.devices'], ...end })), BOARD).checks[0]!.expect;
  const { base: _, ...mapped } = UART;
  assert.equal(maps, { stage2_maps: [mapped], ...end });
  assert.equal(grants, { stage2_grants: [own, { name, base, size }], ...end });
});

const CASES: [when: Record<string, unknown>, applies: boolean][] = [
  [{ 'gic.compatible': 'arm,gic-400' }, true],
  [{ 'gic.compatible': 'arm,gic-v3' }, false],
  [{ 'gic.compatible': { not: 'arm,gic-v3' }, 'cpu.count': { at_least: 2 } }, true],
  [{ 'gic.compatible': 'arm,gic-400', 'cpu.count': 1 }, false],
  [{ 'cpu.compatible': 'arm,cortex-a72' }, false],
];
for (const [when, applies] of CASES) {
  test(`asked where ${JSON.stringify(when)}: ${applies}`, () => {
    const always = { memory: 0, u32: 1, ...end };
    const sometimes = { memory: 4, u32: 1, ...end, when } as Condition;
    const mutant = { id: 'm', does: 'x', kills: ['only'], when } as never;
    const { checks, mutants } = specialise(specOf(of(always, sometimes), { mutants: [mutant] }), BOARD);
    assert.equal(checks[0]!.expect, applies ? [always, sometimes] : [always]);
    assert.equal(mutants, applies ? [mutant] : []);
  });
}

test('a check that asks nothing of this board is a fault of the proof, not a pass', () => {
  const spec = specOf(of({ memory: 4, u32: 1, ...end, when: { 'gic.compatible': 'arm,gic-v3' } }));
  assert.throws(() => specialise(spec, BOARD), /the check only of the proof sample asks nothing of this board/);
});

test('a list that the files do not have, or that is empty, is a fault', () => {
  const spec = specOf(of({ stage2_maps: ['$cell.devices'], ...end }));
  for (const lists of [new Map(), new Map([['cell.devices', []]])]) {
    assert.throws(() => specialise(spec, { ...BOARD, lists }), /give no \$cell\.devices/);
  }
});

test('a title says where this board has things', () => {
  const spec = specOf([{ id: 'only', title: 'ION at $ion.pa, for $5', expect: [{ memory: 0, u32: 1, ...end }] }]);
  assert.is(specialise(spec, BOARD).checks[0]!.title, 'ION at 0x5f000000, for $5');
});

test('numbers of the board in a mutant are bytes as a device tree has them', () => {
  const cells = { find: '$ion.pa', replace: '$ion.pa - 1' };
  const mutants = [{ id: 'm', does: 'm', kills: ['only'], rewrite: { artefact: 'image', cells, resum: true } }];
  const [mutant] = specialise(specOf(of({ line: 'x' }), { mutants }), BOARD).mutants!;
  const [find, replace] = ['\0\0\0\0\x5f\0\0\0', '\0\0\0\0\x5e\xff\xff\xff'];
  assert.equal(mutant?.rewrite, { artefact: 'image', resum: true, find, replace, once: true });
});

test('a drive that only other boards have is gone, with the facts that are of it', () => {
  const drives = [
    { id: 'disk', size_kib: 4, when: { 'cpu.count': 1 } },
    { id: 'other', size_kib: 4, when: { 'cpu.count': 2 } },
  ];
  const facts = { sum: { sha256: 'disk' }, kept: { size: 'other' }, one: 1 };
  const spec = specOf(of({ line: 'x' }), { machine: { kernel: 'image', drives }, facts });
  const { machine, facts: left } = specialise(spec, BOARD);
  assert.equal(machine.drives?.map(({ id }) => id), ['other']);
  assert.equal(Object.keys(left ?? {}).slice(-2), ['kept', 'one']);
});

test.run();
