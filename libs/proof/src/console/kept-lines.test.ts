// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Transcript } from '../transcript';
import { attribute, readKeptLines } from './kept-lines';

const IMAGE = 0x4020_0000n;
const AT = 0x100;

interface Memory {
  magic?: string;
  text?: string;
  used?: number;
  lost?: number;
}

/** An image that keeps a text 256 bytes behind its header. */
function imageOf({ magic = 'RUMPKSAY', text = '', used = text.length, lost = 0 }: Memory): Buffer {
  const image = Buffer.alloc(0x1000);
  image.writeBigUInt64LE(BigInt(AT), 32);
  image.write(magic, AT, 'latin1');
  image.writeUInt32LE(1024, AT + 8);
  image.writeUInt32LE(used, AT + 12);
  image.writeBigUInt64LE(BigInt(lost), AT + 16);
  image.write(text, AT + 24, 'latin1');
  return image;
}
const read = (memory: Memory) => {
  const image = imageOf(memory);
  return readKeptLines(IMAGE, async (address, size) => image.subarray(Number(address - IMAGE), Number(address - IMAGE) + size));
};

test('what Rumpk kept is read line by line', async () => {
  const { lines, lost } = await read({ text: '[rumpk] hello\r\n@rumpk end result=ok\r\n', lost: 2 });
  assert.equal(lines.map(({ text }) => text), ['[rumpk] hello', '@rumpk end result=ok']);
  assert.is(lost, 2n);
});

const UNREADABLE: [title: string, memory: Memory, why: RegExp][] = [
  ['something else', { magic: 'SOMEBODY' }, /^0x40200100 does not hold what a Rumpk at 0x40200000 said$/],
  ['a wild length', { used: 4096 }, /^Rumpk keeps 4096 bytes of at most 1024$/],
];
for (const [title, memory, why] of UNREADABLE) {
  test(`${title} is not taken for it`, async () => assert.match(await read(memory).then(() => '', (error: Error) => error.message), why));
}

const KEPT = ['[rumpk] hello', '@rumpk boot.el el=2', '=== banner ===', '@rumpk end result=ok'];
const settled = (console: string[], kept: string[] = KEPT, lost = 0n) => {
  const { lines, faults } = attribute(Transcript.of(console).lines, { lines: Transcript.of(kept).lines, lost });
  return { read: lines.map(({ text }) => text), faults };
};

test('the same lines in the same order, with others between them', () => {
  const console = ['[rumpk] hello', '@rumpk boot.el el=2', '=== banner ===', '[    0.1] Linux', '@init end failed=0', '@rumpk end result=ok'];
  assert.equal(settled(console), { read: console, faults: [] });
});

test('a line of Rumpk behind one that the guest did not finish is Rumpk\'s', () => {
  assert.equal(settled(['[rumpk] hello', '@rumpk boot.el el=2', 'login: @rumpk end result=ok']).faults, []);
});

test('a line of Rumpk that quotes a record is one line', () => {
  const line = '[rumpk] expected "@rumpk idle"';
  assert.equal(settled([line], [line]), { read: [line], faults: [] });
});

const FOREIGN: [title: string, console: string[], faults: RegExp[]][] = [
  ['a record that Rumpk never said', [...KEPT, '@rumpk cell.stopped'], [/^line 5 was not said by Rumpk: @rumpk cell\.stopped$/]],
  ['a line for people that Rumpk never said', ['[rumpk] all is well', ...KEPT], [/^line 1 was not said by Rumpk/]],
  ['a kernel message', [...KEPT, '[    0.000001][    T1] @rumpk idle'], [/^line 5 was not said by Rumpk: \[ {4}-/]],
  ['a record in the middle of a line', [...KEPT, 'so: @rumpk idle'], [/^line 5 was not said by Rumpk: so: /]],
  ['a record that Rumpk says once', [...KEPT, '@rumpk end result=ok'], [/^line 5 was not said by Rumpk/]],
  [
    'a record before Rumpk says it',
    ['[rumpk] hello', '@rumpk end result=ok', '@rumpk boot.el el=2', '@rumpk end result=ok'],
    [/^the console lacks what Rumpk said: @rumpk boot\.el el=2$/, /^line 3 was not said by Rumpk/, /^line 4 was not said by Rumpk/],
  ],
  ['a record instead of another', ['[rumpk] hello', '@rumpk boot.el el=1', '@rumpk end result=ok'], [/^line 2 was not said/, /^the console lacks [^:]*: @rumpk boot\.el el=2$/]],
  ['a record that never reached the console', KEPT.slice(0, -1), [/^the console lacks what Rumpk said: @rumpk end result=ok$/]],
];
for (const [title, console, expected] of FOREIGN) {
  test(`a fault: ${title}`, () => {
    const { faults } = settled(console);
    assert.is(faults.length, expected.length, faults.join('\n'));
    expected.forEach((pattern, index) => assert.match(faults[index] as string, pattern));
  });
}

test('what is not Rumpk\'s speaks for nothing, and is still forbidden', () => {
  const { lines } = attribute(Transcript.of(['@rumpk cell.stopped', '@rumpk trap esr=0x1']).lines, { lines: [], lost: 0n });
  const transcript = Transcript.from(lines);
  assert.is(transcript.find(/@rumpk/), undefined);
  assert.equal(transcript.records.map(({ beneath }) => beneath), [true, true]);
  assert.is(transcript.findSent(/^@rumpk trap /)?.number, 2);
});

test('more than Rumpk keeps is a fault', () => {
  assert.equal(settled(KEPT, KEPT, 3n).faults, ['Rumpk said 3 more lines than it keeps']);
});

test.run();
