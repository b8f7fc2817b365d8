// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commandFileReads, filesOfCommand } from './command-files';
import { modulesIn, refuseOtherModules } from './module-order';

const COMMAND = `savedcmd_/p/source/m/main.o := gcc -I/p/include -c -o /p/source/m/main.o /p/source/m/main.c

source_/p/source/m/main.o := /p/source/m/main.c

deps_/p/source/m/main.o := \\
    $(wildcard include/config/SMP) \\
  include/linux/types.h \\
  /p/source/m/main.h \\
  /p/source/m/../ring/ring.h \\
  /w/outside.h \\

/p/source/m/main.o: $(deps_/p/source/m/main.o)

$(deps_/p/source/m/main.o):
`;

test('what a command file of kbuild names', () => {
  assert.equal(filesOfCommand(COMMAND), ['/p/source/m/main.c', 'include/linux/types.h', '/p/source/m/main.h', '/p/source/m/../ring/ring.h', '/w/outside.h']);
});

test('what objects were made of, without the tree of the kernel', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nf-command-files-'));
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub/.main.o.cmd'), COMMAND);
  writeFileSync(join(folder, 'main.cmd'), 'source_x := /not/one\n');
  assert.equal(commandFileReads(folder, '/tree'), ['/p/source/m/main.c', '/p/source/m/main.h', '/p/source/ring/ring.h', '/w/outside.h']);
  rmSync(folder, { recursive: true });
});

const ORDERS: [order: string, modules: string[]][] = [
  ['/p/m/acme-led.ko\n/p/m/b.ko\n', ['acme-led', 'b']],
  ['m/a.o\n', ['a']],
  ['', []],
];
for (const [order, modules] of ORDERS) test(`modules.order ${JSON.stringify(order)}`, () => assert.equal(modulesIn(order), modules));

test('a module that nobody takes, and one that does not come, are refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nf-module-order-'));
  const check = (...modules: string[]) => refuseOtherModules({ modules, source: 'm/x' }, folder);
  check('a');
  writeFileSync(join(folder, 'modules.order'), '/p/m/a.ko\n/p/m/b.ko\n');
  check('b', 'a');
  for (const modules of [['a'], ['a', 'b', 'c']]) {
    assert.throws(() => check(...modules), /^m\/x\/Kbuild: the Kbuild builds other modules than the target names\n[\s\S]*found: +a, b/);
  }
  rmSync(folder, { recursive: true });
});

test.run();
