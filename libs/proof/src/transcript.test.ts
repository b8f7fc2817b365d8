// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Transcript } from './transcript';

test('a line is read without its escapes and time stamp; what is shown keeps both, the stamp masked', () => {
  const [line] = Transcript.of(['[    0.187574] \u001b[1mReady\u001b[0m \r']).lines;
  assert.equal(line, { number: 1, text: 'Ready', shown: '[    -.------] <1b>[1mReady<1b>[0m' });
});

test('a record that can no longer be read is kept as such', () => {
  const { records } = Transcript.of(['@rumpk trap esr=0x1\rall is well, all is well', 'Linux says @rumpk idle', '@rumpk idle']);
  assert.equal(
    records.map(({ name, line, beneath }) => [name, line.number, beneath ?? false]),
    [
      ['rumpk trap', 1, true],
      ['rumpk idle', 2, true],
      ['rumpk idle', 3, false],
    ],
  );
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
    transcript.records.filter(({ beneath }) => !beneath).map(({ name, fields, line }) => [line.number, name, fields]),
    [
      [1, 'rumpk stage.image', { addr: '0x48000000', size: '5175304' }],
      [3, 'init end', { failed: '0' }],
      [7, 'rumpk idle', {}],
      [8, 'rumpk line', { key: '=a=b' }],
      [9, 'rumpk twice', { result: 'ok and failed' }],
    ],
  );
});

const TRAPS: [title: string, lines: string[]][] = [
  ['a saved place', ['@rumpk tr\u001b7JUNK\u001b8ap x=1']],
  ['a line above', ['@rumpk tr', '\u001b[A\u001b[9Cap x=1']],
  ['insert mode', ['\u001b[4hap x=1\r@rumpk tr']],
];
for (const [title, lines] of TRAPS) {
  test(`what a terminal puts together is found: ${title}`, () => {
    assert.ok(Transcript.of(lines).findSent(/^@rumpk trap/));
  });
}

test('blanks other than one space hide nothing, and speak for nothing', () => {
  const transcript = Transcript.of(['a\t b', '@rumpk  idle', '\tcrng @rumpk\ttrap\tesr=0x1']);
  assert.is(transcript.findSent(/^a b$/)?.text, 'a\t b');
  assert.is(transcript.findSent(/^@rumpk trap esr/)?.number, 3);
  assert.is(transcript.find(/^a b$/), undefined);
  assert.equal(transcript.records, []);
});

test('a search starts where it is told', () => {
  const transcript = Transcript.of(['a', 'b', 'a']);
  assert.is(transcript.find(/a/)?.number, 1);
  assert.is(transcript.find(/a/, 2)?.number, 3);
  assert.is(transcript.find(/c/), undefined);
  assert.equal(transcript.tail(2).map(({ number }) => number), [2, 3]);
});

test.run();
