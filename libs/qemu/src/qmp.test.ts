// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseExactly } from './qmp';

test('integers of JSON are exact: text beyond 2^53 - 1', () => {
  const text = '{ "a": 9007199254740991, "b": 18446744073709551615, "c": -9007199254740993, "d": "9007199254740993, \\"9007199254740993", "e": 1.5 }';
  assert.equal(parseExactly(text), {
    a: 9007199254740991,
    b: '0xffffffffffffffff',
    c: '-9007199254740993',
    d: '9007199254740993, "9007199254740993',
    e: 1.5,
  });
});

test.run();
