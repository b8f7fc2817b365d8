// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { prerequisites } from './dependency-file';

const LISTS: [title: string, text: string, expected: string[]][] = [
  ['one line', 'init-main.o: main.c\n', ['main.c']],
  ['several lines', 'init-main.o: init/main.c init/a.h \\\n init/b.h\n', ['init/main.c', 'init/a.h', 'init/b.h']],
  ['a space in a name', 'x.o: a\\ b.c c.h\n', ['a b.c', 'c.h']],
  ['signs of make in a name', 'o.o: m$$\\ \\#.c\n', ['m$ #.c']],
  ['a colon in the name of the target', '/a:b/x.dtb: y.dtsi\n', ['y.dtsi']],
  ['a target of nothing', 'x.o:\n', []],
  ['an empty list', '', []],
];
for (const [title, text, expected] of LISTS) {
  test(`dependency file: ${title}`, () => assert.equal(prerequisites(text), expected));
}

test.run();
