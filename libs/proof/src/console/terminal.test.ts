// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { followLine } from './terminal';

const LINES: [title: string, received: string, visible: string, runs: string[]][] = [
  ['plain text', 'plain text', 'plain text', []],
  ['the carriage returns of a line end', 'a\r\r', 'a', []],
  ['a tab', 'a\tb', 'a\tb', []],
  ['text beyond ASCII', 'Zeit: 3 µs', 'Zeit: 3 µs', ['Zeit: 3 µs']],
  ['a carriage return overwrites', 'trap 12345\rhello', 'hello12345', ['trap 12345', 'hello']],
  ['a backspace steps back', 'xy\b\bab', 'ab', ['xy', 'ab']],
  ['a backspace at the start stays there', '\ba', 'a', ['a']],
  ['colours draw nothing', '\u001b[1;31mred\u001b[0m', 'red', ['red']],
  ['the cursor goes right', 'a\u001b[3Cb', 'a   b', ['a', 'b']],
  ['the cursor goes left', 'abc\u001b[2DX', 'aXc', ['abc', 'X']],
  ['the cursor goes to a column', 'abc\u001b[1GX', 'Xbc', ['abc', 'X']],
  ['the cursor goes to a row and column', 'abc\u001b[7;2HX', 'aXc', ['abc', 'X']],
  ['erased from the cursor on', 'abc\r\u001b[Kx', 'x', ['abc', 'x']],
  ['erased whole', 'abc\u001b[2Kx', '   x', ['abc', 'x']],
  ['erased up to the cursor', 'abcd\u001b[2D\u001b[1K', '   d', ['abcd']],
  ['characters inserted and deleted', 'abcd\u001b[4D\u001b[P\u001b[2@', '  bcd', ['abcd']],
  ['a title by OSC, ended by BEL', '\u001b]0;a title\u0007text', 'text', ['0;a title', 'text']],
  ['a title by OSC, ended by ST', '\u001b]0;a title\u001b\\text', 'text', ['0;a title', 'text']],
  ['an OSC that never ends', 'a\u001b]0;b', 'a', ['a', '0;b']],
  ['an 8-bit OSC and CSI', '\u009d0;t\u009ca\u009b1mb', 'ab', ['0;t', 'ab']],
  ['a DCS', '\u001bP1$r\u001b\\a', 'a', ['1$r', 'a']],
  ['another escape', '\u001b(Ba\u001b7b', 'ab', ['a', 'b']],
  ['an escape at the end', 'a\u001b', 'a', ['a']],
  ['bells and zeros draw nothing', 'a\u0007\u0000b', 'ab', ['a', 'b']],
  ['marks without width draw nothing', 'a\u200b\u202eb', 'ab', ['ab']],
  ['variation selectors and fillers draw nothing', 'a\ufe0f\u034f\u3164\u{e0100}b', 'ab', ['ab']],
  ['a byte that is no text', 'a\udcffb', 'a\ufffdb', ['a', 'b']],
];
for (const [title, received, visible, runs] of LINES) {
  test(title, () => assert.equal(followLine(received), { visible, runs }));
}

test('a column out of all reason takes no memory', () => {
  const started = performance.now();
  assert.ok(followLine('\u001b[999999C\u001b[99999@x'.repeat(200)).visible.length < 1_000_000);
  assert.ok(performance.now() - started < 2000);
});

test.run();
