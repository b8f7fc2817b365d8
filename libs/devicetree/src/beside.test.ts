// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fromRoot } from './beside';

const FILES = ['apps/v/dt/c.dtsi', 'apps/v/b.bin', 'top.dtsi', '/abs.dtsi'];
const source = (text: string) => `# 0 "<stdin>"\n/dts-v1/;\n# 1 "apps/v/dt/f.dtsi" 1\n\n${text}\n# 9 "<stdin>" 2\n`;
const rewritten = (text: string) => fromRoot(source(text), (path) => FILES.includes(path));

const CASES: [text: string, result: string][] = [
  ['/include/ "c.dtsi"', '/include/ "apps/v/dt/c.dtsi"'],
  ['/include/ "top.dtsi"', '/include/ "top.dtsi"'],
  ['/include/ "/abs.dtsi"', '/include/ "/abs.dtsi"'],
  ['&a { x = /incbin/("../b.bin"), /incbin/ ( "../b.bin", 0, 4); };', '&a { x = /incbin/("apps/v/b.bin"), /incbin/ ( "apps/v/b.bin", 0, 4); };'],
  ['&a { x = "c.dtsi"; };', '&a { x = "c.dtsi"; };'],
];
for (const [text, result] of CASES) test(text, () => assert.is(rewritten(text), source(result)));

test('what is not there is told with its place', () => {
  assert.throws(() => rewritten('/include/ "gone.dtsi"'), /^apps\/v\/dt\/f\.dtsi:2: the fragment takes in gone\.dtsi, which is not there\n.*one of apps\/v\/dt\/gone\.dtsi, gone\.dtsi/);
});

test.run();
