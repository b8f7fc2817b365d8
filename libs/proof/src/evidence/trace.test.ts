// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { INSTRUCTIONS, isInstruction, parseTrace } from './trace';

/** As QEMU 7.2 writes it with `-d int,in_asm`. */
const LOG = `----------------
IN: 
0x40080010:  d5033b9f  dsb      ish
0x40080014:  d50c83df  tlbi     vmalls12e1is

Exception return from AArch64 EL2 to AArch64 EL1 PC 0x40080034
Taking exception 11 [Hypervisor Call] on CPU 0
...from EL1 to EL2
...with ESR 0x16/0x5a000003
...with ELR 0x4008003c
...to EL2 PC 0x40080c00 PSTATE 0x3c9
Taking exception 5 [IRQ] on CPU 0
...from EL0 to EL1
...with ESR 0x0/0x0
Invalid read at addr 0x0
...with ESR 0x16/0x1
`;

test('instructions, exceptions and returns come in the order of the log', () => {
  assert.equal(parseTrace(LOG), [
    { kind: 'instruction', address: 0x40080010n, word: 0xd5033b9f, text: 'dsb ish' },
    { kind: 'instruction', address: 0x40080014n, word: 0xd50c83df, text: 'tlbi vmalls12e1is' },
    { kind: 'return', from: 2, to: 1, pc: 0x40080034n },
    { kind: 'exception', name: 'Hypervisor Call', from: 1, to: 2, esr: 0x5a000003n, elr: 0x4008003cn },
    { kind: 'exception', name: 'IRQ', from: 0, to: 1, esr: 0n, elr: 0n },
  ]);
  assert.equal(parseTrace(''), []);
});

const ENCODINGS: [name: string, word: number, others: number[]][] = [
  // DSB SY, NSH, OSH and ISH with another access type; DMB ISH.
  ['dsb_ish', 0xd5033b9f, [0xd5033f9f, 0xd503379f, 0xd503339f, 0xd503399f, 0xd5033a9f, 0xd5033bbf]],
  ['dsb_ishst', 0xd5033a9f, [0xd5033b9f, 0xd503369f, 0xd503399f]],
  ['isb', 0xd5033fdf, [0xd5033f9f]],
  // The same for the local core; by IPA; VMALLE1IS.
  ['tlbi_vmalls12e1is', 0xd50c83df, [0xd50c87df, 0xd50c8020, 0xd508831f]],
  ['eret', 0xd69f03e0, [0xd65f03c0]],
  // HVC with another immediate, SVC, SMC.
  ['hvc', 0xd4000002, [0xd4000062, 0xd4000001, 0xd4000003]],
];
test('a table of neighbours knows every instruction', () => {
  assert.equal(ENCODINGS.map(([name]) => name).sort(), Object.keys(INSTRUCTIONS).sort());
});
for (const [name, word, others] of ENCODINGS) {
  test(`${name} is told from its neighbours`, () => {
    assert.ok(isInstruction(word, name));
    assert.not(others.some((other) => isInstruction(other, name)));
  });
}

test.run();
