// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync, mkdirSync, copyFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareFolders } from './compare-folders';
import { firstDifference, parseSections, sectionAt } from './difference';

test('equal bytes have no difference; a shorter file differs at its end', () => {
  assert.is(firstDifference(Buffer.from('abc'), Buffer.from('abc')), undefined);
  assert.equal(firstDifference(Buffer.from('abc'), Buffer.from('axc')), { offset: 1, first: 0x62, second: 0x78 });
  assert.equal(firstDifference(Buffer.from('ab'), Buffer.from('abc')), { offset: 2, first: undefined, second: 0x63 });
});

test('the section of an offset is named; sections without file content hold none', () => {
  const sections = parseSections(
    [
      '  [Nr] Name              Type            Address          Off    Size   ES Flg Lk Inf Al',
      '  [ 0]                   NULL            0000000000000000 000000 000000 00      0   0  0',
      '  [ 1] .text             PROGBITS        0000000040200000 001000 000400 00  AX  0   0  8',
      '  [ 2] .bss              NOBITS          0000000040201000 001400 001000 00  WA  0   0  8',
      '  [ 3] .comment          PROGBITS        0000000000000000 001400 000010 01  MS  0   0  1',
    ].join('\n'),
  );
  assert.equal([sectionAt(sections, 0x13ff), sectionAt(sections, 0x1400), sectionAt(sections, 4)], ['.text', '.comment', undefined]);
});

test('folders are compared file by file, an ELF file by section', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nf-compare-'));
  try {
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    for (const side of [a, b]) {
      mkdirSync(side);
      copyFileSync(process.execPath, join(side, 'node'));
      writeFileSync(join(side, 'same'), 'x');
    }
    assert.equal(await compareFolders(a, b), []);
    const elf = readFileSync(join(b, 'node'));
    const middle = Math.floor(elf.length / 2);
    elf[middle] = (elf[middle] ?? 0) ^ 0xff;
    writeFileSync(join(b, 'node'), elf);
    writeFileSync(join(b, 'extra'), 'x');
    const lines = await compareFolders(a, b);
    assert.is(lines.length, 2);
    assert.match(lines[0] ?? '', /^extra: only in .*b\/extra/);
    assert.match(lines[1] ?? '', new RegExp(`^node: first differing byte at offset ${middle} .* in section \\.\\w+`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
