// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ConsoleSplitter, PIECE_BYTES_MAX, decodeConsole, type Piece } from './splitter';

function split(content: Buffer, chunk: number): Piece[] {
  const pieces: Piece[] = [];
  const splitter = new ConsoleSplitter((piece) => pieces.push(piece));
  for (let at = 0; at < content.length; at += chunk) splitter.push(content.subarray(at, at + chunk));
  splitter.flush();
  return pieces;
}

test('lines are found in any cutting of the stream', () => {
  const content = Buffer.from('a µ\r\n\nb');
  for (let chunk = 1; chunk <= content.length; chunk++) {
    assert.equal(split(content, chunk), ['a µ\r', '', 'b'].map((text) => ({ text, unfinished: false })));
  }
});

test('a byte that is no UTF-8 is kept', () => {
  assert.is(decodeConsole(Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xc3, 0x28, 0xe2, 0x82])), 'a\udcffé\udcc3(\udce2\udc82');
});

test('an overlong line comes in pieces, whole characters each', () => {
  const line = 'µ'.repeat(PIECE_BYTES_MAX);
  const pieces = split(Buffer.from(`${line}\nb`), 50_000);
  assert.is(pieces.slice(0, -1).map(({ text }) => text).join(''), line);
  assert.equal(pieces.map(({ unfinished }) => unfinished), [true, false, false]);
  assert.ok(pieces.every(({ text }) => Buffer.byteLength(text) <= PIECE_BYTES_MAX && !/\p{Cs}/u.test(text)));
});

test.run();
