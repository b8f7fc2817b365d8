// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface Step {
  kind: 'run' | 'replace' | 'put';
  seen?: string[];
  fails?: boolean;
}
interface Page {
  stepsOf(text: string): Step[];
  firstUnseen(seen: string[], output: string): string | undefined;
  edited(text: string, step: unknown): string;
}
const load = (): Promise<Page> => import(join(__dirname, 'page.mjs'));
const block = (language: string, body: string) => `\`\`\`${language}\n${body}\n\`\`\`\n`;
const RUN = block('sh', 'true');

test('commands, what is seen of them, and edits, in turn', async () => {
  const { stepsOf } = await load();
  const text = [
    'In `a.zig`, replace\n`x` by `y`. Then:\n',
    RUN,
    block('text', '  1  FAIL  said  it'),
    'In `b.yaml`, put below `checks:`:\n',
    block('yaml', '  - z'),
    RUN,
  ].join('\n');
  assert.equal(stepsOf(text), [
    { kind: 'replace', at: 1, file: 'a.zig', from: 'x', to: 'y' },
    { kind: 'run', at: 4, commands: 'true\n', seen: ['  1  FAIL  said  it'], fails: true },
    { kind: 'put', at: 14, side: 'below', line: 'checks:', file: 'b.yaml', text: '  - z\n' },
    { kind: 'run', at: 18, commands: 'true\n', seen: [], fails: false },
  ]);
});

const REFUSED: [title: string, text: string, expected: RegExp][] = [
  ['a block that nothing tests', block('yaml', 'a: 1'), /line 1: what is this block of yaml for/],
  ['a block of no language', block('', 'a'), /block of no language/],
  ['output of no command', block('text', 'a'), /follows no command/],
  ['an edit without its text', `In \`a\`, put above \`b\`:\n${RUN}`, /line 2: what is put above b/],
  ['an edit at the end of the page', 'In `a`, put above `b`:\n', /what is put above b/],
];
for (const [title, text, expected] of REFUSED) {
  test(`refused: ${title}`, async () => {
    const { stepsOf } = await load();
    assert.throws(() => stepsOf(text), expected);
  });
}

test('a line is seen whole, with … for what differs', async () => {
  const { firstUnseen } = await load();
  const output = 'error: a.yaml:12:7: no such thing\n  pass  two\n';
  assert.is(firstUnseen(['  pass  two', 'error: a.yaml:…: no such thing'], output), undefined);
  assert.is(firstUnseen(['pass  two'], output), 'pass  two');
});

test('an edit has one place', async () => {
  const { edited } = await load();
  const put = { kind: 'put', file: 'f', line: 'b:', text: '  x\n' };
  assert.is(edited('a\nb:\nc\n', { ...put, side: 'below' }), 'a\nb:\n  x\nc\n');
  assert.is(edited('a\nb:\nc\n', { ...put, side: 'above' }), 'a\n  x\nb:\nc\n');
  const replace = { kind: 'replace', file: 'f', from: 'a', to: 'b' };
  assert.is(edited('a c', replace), 'b c');
  assert.throws(() => edited('a a', replace), /f has 2 times a/);
  assert.throws(() => edited('c', replace), /f has 0 times a/);
});

test.run();
