// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { followLine, Screen } from './terminal';

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
  ['a saved place, by ESC', '@rumpk tr\u001b7JUNK\u001b8ap x=1', '@rumpk trap x=1', ['@rumpk tr', 'JUNK', 'ap x=1']],
  ['a saved place, by CSI', 'a\u001b[sJUNK\u001b[ubc\u001b[K', 'abc', ['a', 'JUNK', 'bc']],
  ['inserted, then overwritten', 'ad\u001b[D\u001b[4hbc\u001b[4lx', 'abcx', ['ad', 'bc', 'x']],
  ['a private mode of the same number', 'ad\r\u001b[?4hb', 'bd', ['ad', 'b']],
  ['back to a tab stop', 'ab\tcd\u001b[Zx', 'ab\txd'.replace('\t', '      '), ['ab\tcd', 'x']],
  ['a tab over what is there', 'abcdefgh\r\tx', 'abcdefghx', ['abcdefgh', '\tx']],
  ['forward tabs', 'a\u001b[Ib', 'a\tb', ['a', 'b']],
  ['to the right by HPR', 'a\u001b[2ab', 'a  b', ['a', 'b']],
  ['a character repeated', '@rumpk tr\u001b[b', '@rumpk trr', ['@rumpk tr']],
  ['a byte that is no text', 'a\udcffb', 'a\ufffdb', ['a', 'b']],
];
for (const [title, received, visible, runs] of LINES) {
  test(title, () => assert.equal([followLine(received).visible, followLine(received).runs], [visible, runs]));
}

test('a column out of all reason takes no memory', () => {
  const started = performance.now();
  assert.ok(followLine('\u001b[999999C\u001b[99999@x'.repeat(200)).visible.length < 1_000_000);
  assert.ok(performance.now() - started < 2000);
});

const SCREENS: [title: string, lines: string[], seen: RegExp][] = [
  ['up by CUU', ['@rumpk tr', '\u001b[A\u001b[9Cap x=1'], /^@rumpk trap x=1$/],
  ['up by RI', ['@rumpk tr', '\u001bM\u001b[10Gap x=1'], /^@rumpk trap x=1$/],
  ['up by CPL', ['ap x=1', 'one', '\u001b[4h\u001b[2F@rumpk tr'], /^@rumpk trap x=1$/],
  ['up and down', ['@rumpk tr', 'JUNK', 'x\u001b[2A\u001b[8Ca\u001b[Bb\u001b[A\u001b[Dp'], /^@rumpk trap$/],
  ['a saved place of an earlier line', ['@rumpk tr\u001b7JUNK', '\u001b8ap x=1'], /^@rumpk trap x=1$/],
  ['a row and a column', ['@rumpk tr', 'JUNK', '\u001b[1;10Hap x=1'], /^@rumpk trap x=1$/],
  ['a row', ['@rumpk tr', 'JUNK', '         \u001b[1dap x=1'], /^@rumpk trap x=1$/],
  ['home without a saved place', ['__________ap', '\u001b8@rumpk tr'], /^@rumpk tr_ap$/],
  ['insert mode of an earlier line', ['\u001b[4h', 'ap x=1\r@rumpk tr'], /^@rumpk trap x=1$/],
];
for (const [title, lines, seen] of SCREENS) {
  test(`${title}: what then stands in a line is found`, () => {
    const screen = new Screen();
    const found = lines.map((line) => screen.follow(line)).map(({ visible, elsewhere }) => [visible, ...elsewhere]);
    assert.ok(found.at(-1)!.some((text) => seen.test(text)), JSON.stringify(found));
  });
}

test.run();
