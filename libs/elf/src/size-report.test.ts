// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ElfListing } from './examine';
import { refuseOverBudget, sizeReport } from './size-report';

const LISTING = {
  sections: `
  [ 1] .head             PROGBITS        0000000040200000 010000 001000 00  AX  0   0 2048
  [ 2] .rodata           PROGBITS        0000000040208000 018000 000e90 00 WAMS  0   0  8
  [ 3] .bss              NOBITS          0000000040209000 019000 014260 00  WA  0   0 4096
  [ 4] .symtab           SYMTAB          0000000000000000 019000 0017e8 18      9 229  8
`,
  symbols: `
0000000040202580 0000000000000084 t say.people
0000000040202604 0000000000000010 t say.put
0000000040203000 0000000000000020 T rumpk_start
0000000040203000 0000000000000020 t boot.rumpk_start
0000000040204000 0000000000000008 t entry_point
0000000040208048 0000000000000300 r __anon_21124
0000000040209000 0000000000000500 b mmu.pool
0000000000000100 a CONSTANT
`,
} as ElfListing;

test('bytes by section and by module; zeroed data is memory, not image', () => {
  const report = sizeReport(LISTING, 5000, (file) => ({ say: 'hal', boot: 'rumpk' })[file] ?? 'std', 6000);
  assert.equal(report, {
    image: 5000,
    budget: 6000,
    memory: 0x14260,
    sections: { '.head': 0x1000, '.rodata': 0xe90 },
    modules: { '(generated)': 0x300, hal: 0x94, rumpk: 0x20, '(assembly)': 8 },
  });
});

test('an image over its budget is refused, with where its bytes are', () => {
  const report = { image: 11, budget: 10, memory: 0, sections: {}, modules: { hal: 7, l1: 4 } };
  assert.throws(() => refuseOverBudget('k.img', report), /at most 10 bytes[\s\S]*11 bytes[\s\S]*\| +7 {2}hal/);
  assert.not.throws(() => refuseOverBudget('k.img', { ...report, image: 10 }));
  assert.not.throws(() => refuseOverBudget('k.img', { ...report, budget: undefined }));
});

test.run();
