// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Observation } from '../evidence/probe';
import type { Leaf } from '../evidence/stage2-walker';
import type { Condition } from '../spec/types';
import { judgeConditions } from '../testing';

const judged = (condition: Condition, observation?: Observation, facts: Record<string, string> = {}) => {
  const seen = observation ? [[condition, observation] as const] : [];
  const check = judgeConditions([condition], { lines: ['END'], seen }, facts).checks[0];
  return { passed: check?.passed, ...check?.conditions[0] };
};

const VALUES: [title: string, condition: Condition, observation: Observation | undefined, passed: boolean, evidence: RegExp][] = [
  ['memory that holds what it must', { memory: '$a', at: 'end', u32: 0x494f4e52 }, { values: { u32: '0x494f4e52', address: '0x5f000000' } }, true, /memory at 0x5f000000 \(end\): u32 0x494f4e52/],
  ['memory that holds something else', { memory: '$a', at: 'end', u32: 0x494f4e52 }, { values: { u32: '0x0', address: '0x5f000000' } }, false, /u32 0x0/],
  ['memory that could not be looked at', { memory: '$a', at: 'end', u32: 1 }, { unseen: '$a was not seen' }, false, /not seen: \$a was not seen/],
  ['memory that nobody looked at', { memory: 1, at: 'end', u32: 1 }, undefined, false, /not looked at/],
  ['a register under a mask', { register: 'HCR_EL2', at: 'entry', mask: 0x18, equals: 0 }, { values: { register: '0x30880780627' } }, true, /HCR_EL2 \(entry\) = 0x0 under mask 0x18/],
  [
    'a register of the other cores',
    { register: 'PC', cores: 'others', at: 'end', equals: 0 },
    { values: { 0: '0x0', 1: '0x0' } },
    true,
    /PC of 2 other cores \(end\) = 0x0/,
  ],
  [
    'one of the other cores that differs',
    { register: 'PC', cores: 'others', at: 'end', equals: 0 },
    { values: { 0: '0x0', 1: '0x8' } },
    false,
    /PC of 2 other cores \(end\) = 0x8/,
  ],
  ['a register with a bit too many', { register: 'HCR_EL2', at: 'entry', mask: 0x18, equals: 0 }, { values: { register: '0x308807806ef' } }, false, /HCR_EL2 \(entry\) = 0x8 under mask 0x18/],
  ['registers as they must be', { registers: { X4: 0, HCR_EL2: '0x80780627' }, at: 'entry' }, { values: { X4: '0x0', HCR_EL2: '0x80780627' } }, true, /registers \(entry\): X4 0x0, HCR_EL2 0x80780627/],
  ['registers of which one is wrong: that one is shown', { registers: { X4: 0, X5: 0 }, at: 'entry' }, { values: { X4: '0x0', X5: '0x4024c280' } }, false, /^registers \(entry\): X5 0x4024c280$/],
  ['a disk', { disk: 'hd', offset: 512, text: 'rumpk' }, { values: { text: 'rumpk', offset: '512' } }, true, /disk hd at byte 512: text rumpk/],
  [
    'a device tree equal to the patched artefact, with a property',
    { device_tree: '$dtb', at: 'entry', equals: { artefact: 'cell_dtb' }, properties: [{ node: '/a', property: 'reg', cells: [0, '$ipa'] }] },
    { values: { address: '0x1', sha256: 'aa', expected: 'aa', '/a/reg': '0 90000000' } },
    true,
    /\/a\/reg = 0 90000000/,
  ],
  [
    'a device tree that differs',
    { device_tree: '$dtb', at: 'entry', equals: { artefact: 'cell_dtb' } },
    { values: { address: '0x1', sha256: 'bb', expected: 'aa' } },
    false,
    /sha256 bb/,
  ],
  [
    'a device tree without the property',
    { device_tree: '$dtb', at: 'entry', properties: [{ node: '/a', property: 'no-map', present: true }] },
    { values: { address: '0x1', sha256: 'bb', '/a/no-map': 'absent' } },
    false,
    /no-map = absent/,
  ],
];
for (const [title, condition, observation, passed, evidence] of VALUES) {
  test(title, () => {
    const result = judged(condition, observation, { ipa: '0x90000000' });
    assert.is(result.passed, passed);
    assert.match(result.evidence ?? '', evidence);
  });
}

const leaf = (ipa: bigint, pa: bigint, size: bigint, more: Partial<Leaf> = {}): Leaf => ({
  ipa, pa, size, memory: 'normal', access: 'rw', execute: true, shareability: 'inner', accessed: true, contiguous: false, unknown: 0n, ...more,
});
const DEVICES = leaf(0x0800_0000n, 0x0800_0000n, 0x2_0000n, { memory: 'device-nGnRE', execute: false, shareability: 'non' });
const CARVE_OUT = leaf(0x4800_0000n, 0x4800_0000n, 0x1000_0000n);
const ION = leaf(0x9000_0000n, 0x5f00_0000n, 0x100_0000n, { access: 'ro', execute: false });
const wanted = { ipa: 0x90000000, pa: 0x5f000000, size: 0x1000000, memory: 'normal', access: 'ro', execute: false } as const;
const maps = { stage2_maps: [wanted], at: 'entry' };
const device = { stage2_maps: [{ ...wanted, ipa: 0x8000000, pa: 0x8000000, size: 0x20000, memory: 'device', access: 'rw' }], at: 'entry' } as const;
const only = {
  stage2_only: [{ name: 'gicd', ipa: 0x8000000, size: 0x10000 }, { name: 'gicc', ipa: 0x8010000, size: 0x10000 }, { name: 'ION', ipa: 0x90000000, size: 0x1000000 }],
  at: 'entry',
};
const excludes = { stage2_excludes: [{ name: 'Rumpk', base: 0x40000000, size: 0x8000000 }], at: 'entry' };
const grants = {
  stage2_grants: [{ base: 0x8010000, size: 0x10000 }, { base: 0x8000000, size: 0x10000 }, { base: 0x48000000, size: 0x10000000 }],
  at: 'entry',
};

const tables = { stage2_tables: [{ name: 'Rumpk', base: 0x40000000, size: 0x8000000 }], at: 'entry' };
/** Where the tables of these tests lie. */
const ROOT = { base: 0x4022_c000n, size: 0x1000n };

const TABLES: [title: string, condition: Condition, leaves: Leaf[], fault: RegExp | undefined][] = [
  ['a range mapped by one run', maps, [CARVE_OUT, ION], undefined],
  ['a range mapped by two adjoining runs', maps, [{ ...ION, size: 0x1000n }, { ...ION, ipa: 0x9000_1000n, pa: 0x5f00_1000n, size: 0xff_f000n }], undefined],
  ['a range inside a larger run', { stage2_maps: [{ ...wanted, ipa: 0x90800000, pa: 0x5f800000, size: 0x1000 }], at: 'entry' }, [ION], undefined],
  ['a range with a hole', maps, [{ ...ION, size: 0x1000n }, { ...ION, ipa: 0x9000_2000n, pa: 0x5f00_2000n, size: 0xff_e000n }], /0x90001000 is not mapped/],
  ['a range that ends too early', maps, [{ ...ION, size: 0x80_0000n }], /0x90800000 is not mapped/],
  ['a range that leads elsewhere', maps, [{ ...ION, pa: 0x5e00_0000n }], /0x90000000 leads to 0x5e000000, not 0x5f000000/],
  ['a writable leaf', maps, [{ ...ION, access: 'rw' }], /the access is rw, not ro/],
  ['an executable leaf', maps, [{ ...ION, execute: true }], /it is executable/],
  ['a leaf that is executable for one exception level', maps, [{ ...ION, execute: 'in part' }], /it is executable in part/],
  ['a leaf of another memory type', maps, [{ ...ION, memory: 'device-nGnRE' }], /the memory type is device-nGnRE, not normal/],
  ['a contiguous bit where it may not be', maps, [{ ...ION, contiguous: 'misplaced' }], /the contiguous bit is set where/],
  ['a contiguous bit where it may be', maps, [{ ...ION, contiguous: true }], undefined],
  ['a bit that means nothing known', maps, [{ ...ION, unknown: 1n << 51n }], /the unknown bits 0x8000000000000/],
  ['device memory without gathering', device, [DEVICES], undefined],
  ['device memory without gathering, reordering or early acknowledgement', device, [{ ...DEVICES, memory: 'device-nGnRnE' }], undefined],
  ['device memory that is gathered', device, [{ ...DEVICES, memory: 'device-GRE' }], /the memory type is device-GRE, not device/],
  ['device memory that is reordered', device, [{ ...DEVICES, memory: 'device-nGRE' }], /the memory type is device-nGRE, not device/],
  ['no addresses but those named, two of them adjacent', only, [DEVICES, ION], undefined],
  ['a second way to memory that is granted', only, [ION, { ...ION, ipa: 0xa000_0000n }], /0xa0000000 is mapped, and is no address of gicd, gicc, ION/],
  ['a leaf that goes on past the named addresses', only, [{ ...ION, size: 0x200_0000n }], /0x91000000 is mapped/],
  ['a leaf that is not shareable', maps, [{ ...ION, shareability: 'non' }], /non-shareable, not inner/],
  ['a leaf without its access flag', maps, [{ ...ION, accessed: false }], /access flag is clear/],
  ['memory that no leaf reaches', excludes, [CARVE_OUT, ION], undefined],
  ['memory that the last byte of a leaf reaches', excludes, [leaf(0xa000_0000n, 0x3fff_f000n, 0x2000n)], /Rumpk is reachable: 0xa0000000 -> 0x3ffff000/],
  ['leaves within what was granted, one across two grants', grants, [DEVICES, CARVE_OUT], undefined],
  ['tables in memory that no leaf reaches', tables, [DEVICES, CARVE_OUT, ION], undefined],
  ['a table that a leaf reaches', tables, [leaf(0xa000_0000n, 0x4000_0000n, 0x4000_0000n)], /the table at 0x4022c000 is reachable: 0xa0000000 -> 0x40000000/],
  ["tables outside Rumpk's memory", { ...tables, stage2_tables: [{ base: 0x40000000, size: 0x100000 }] }, [CARVE_OUT], /a table lies at 0x4022c000, beyond/],
  ['a leaf beyond what was granted', grants, [{ ...DEVICES, size: 0x3_0000n }], /0x8020000 is beyond what was granted/],
];
for (const [title, condition, leaves, fault] of TABLES) {
  test(`stage-2: ${title}`, () => {
    const result = judged(condition, { leaves, tables: [ROOT], root: 'VTTBR_EL2 0x1' });
    assert.is(result.passed, fault === undefined);
    if (fault) assert.match(result.evidence ?? '', fault);
  });
}

const TRACE = `0x40201000:  d5033b9f  dsb      ish
0x40201004:  d50c83df  tlbi     vmalls12e1is
0x40201008:  d5033b9f  dsb      ish
0x4020100c:  d5033fdf  isb
Exception return from AArch64 EL2 to AArch64 EL1 PC 0x48000000
Taking exception 5 [IRQ] on CPU 0
...from EL1 to EL1
`;
const steps = [{ instruction: 'dsb_ish' }, { instruction: 'tlbi_vmalls12e1is' }, { instruction: 'dsb_ish' }, { instruction: 'isb' }, { return: { from: 2, to: 1, pc: 0x48000000 } }];
const LOGS: [title: string, condition: Condition, log: string, passed: boolean][] = [
  ['steps in their order', { trace: steps }, TRACE, true],
  ['a step that is missing', { trace: steps }, TRACE.replace(/.*tlbi.*\n/, ''), false],
  ['a TLBI of the local core only', { trace: steps }, TRACE.replace('d50c83df', 'd50c87df'), false],
  ['a barrier of the non-shareable domain only', { trace: steps }, TRACE.replace(/^(0x40201008:  )d5033b9f/m, '$1d503379f'), false],
  ['an instruction at its address', { trace: [{ instruction: 'isb', address: 0x4020100c }] }, TRACE, true],
  ['the same instruction elsewhere', { trace: [{ instruction: 'isb', address: 0x40201008 }] }, TRACE, false],
  ['steps in another order', { trace: [...steps].reverse() }, TRACE, false],
  ['a return to another place', { trace: [{ return: { from: 2, to: 1, pc: 0x48000004 } }] }, TRACE, false],
  ['an exception that never was', { trace_never: { exception: { from: 2, to: 2 } } }, TRACE, true],
  ['an exception that was', { trace_never: { exception: { name: 'IRQ', from: 1, to: 1 } } }, TRACE, false],
  ['an exception of another name', { trace_never: { exception: { name: 'FIQ', from: 1, to: 1 } } }, TRACE, true],
  ['absence from an empty log', { trace_never: { exception: { from: 2, to: 2 } } }, '', false],
];
for (const [title, condition, log, passed] of LOGS) {
  test(`trace: ${title}`, () => assert.is(judgeConditions([condition], { lines: ['END'], trace: log }).checks[0]?.passed, passed));
}

test.run();
