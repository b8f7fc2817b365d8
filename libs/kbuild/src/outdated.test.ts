// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assemblerReads } from './assembler-lists';
import { outdated } from './outdated';

const LISTS = {
  byMake: ['/p/main.c', '/p/blob.S', '/p/regs.h'],
  byAssembler: new Map([
    ['/p/blob.o', ['/p/table.bin', '/p/regs.h']],
    ['/p/main.o', []],
  ]),
};
const CHANGES: [title: string, changed: string[], expected: string[] | 'everything'][] = [
  ['nothing', [], []],
  ['what make sees by itself', ['/p/main.c'], []],
  ['what the assembler read', ['/p/table.bin'], ['/p/blob.o']],
  ['what both read', ['/p/regs.h'], ['/p/blob.o']],
  ['what no list names', ['/p/main.c', '/p/Kbuild'], 'everything'],
];
for (const [title, changed, expected] of CHANGES) {
  test(`what make would leave when there changed: ${title}`, () => assert.equal(outdated(changed, LISTS), expected));
}

test('the lists of the assembler, by object', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nf-assembler-'));
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'table.bin'), '');
  writeFileSync(join(folder, 'sub/.blob.o.as.d'), `${folder}/sub/blob.o: /tmp/gone.s \\\n ${folder}/sub/../table.bin\n`);
  writeFileSync(join(folder, 'sub/blob.d'), 'blob.o: table.bin\n');
  assert.equal([...assemblerReads(folder, '/tree')], [[join(folder, 'sub/blob.o'), [join(folder, 'table.bin')]]]);
  rmSync(folder, { recursive: true });
});

test.run();
