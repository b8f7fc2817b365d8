// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Transcript, makeLine } from './transcript';

test('a line loses carriage returns, escapes and its time stamp; what is shown keeps a masked stamp', () => {
  const line = makeLine(3, '[    0.187574] \u001b[1mReady\u001b[0m \r');
  assert.equal(line, { number: 3, text: 'Ready', shown: '[    -.------] Ready' });
});

test('records are found with and without a time stamp; lines that only look alike are not', () => {
  const transcript = Transcript.of([
    '@rumpk stage.image addr=0x48000000 size=5175304\r',
    '[    0.2] @init short=stamp',
    '[    0.289469] @init end failed=0',
    'x @rumpk stage.image addr=1',
    '@rumpk stage.image addr',
    '@other end failed=0',
    '@rumpk idle',
    '@rumpk line key==a=b',
    '@rumpk twice result=ok result=failed',
  ]);
  assert.equal(
    transcript.records.map(({ name, fields, line }) => [line.number, name, fields]),
    [
      [1, 'rumpk stage.image', { addr: '0x48000000', size: '5175304' }],
      [3, 'init end', { failed: '0' }],
      [7, 'rumpk idle', {}],
      [8, 'rumpk line', { key: '=a=b' }],
      [9, 'rumpk twice', { result: 'ok and failed' }],
    ],
  );
});

test('a search starts where it is told', () => {
  const transcript = Transcript.of(['a', 'b', 'a']);
  assert.is(transcript.find(/a/)?.number, 1);
  assert.is(transcript.find(/a/, 2)?.number, 3);
  assert.is(transcript.find(/c/), undefined);
  assert.equal(transcript.tail(2).map(({ number }) => number), [2, 3]);
});

test.run();
