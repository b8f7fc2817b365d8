// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import fault from './executor';

const test = suite<{ root: string; lines: string[] }>('fault');
const { error } = console;
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-fault-'));
  context.lines = [];
  console.error = (line: string) => void context.lines.push(line);
});
test.after.each(({ root }) => {
  console.error = error;
  rmSync(root, { recursive: true, force: true });
});

const CASES: [title: string, text: string, key: string | undefined, place: string][] = [
  ['the key at fault', 'title: T\nproject: nowhere\n', 'project', 'p.yaml:2:1'],
  ['a key that is missing', 'title: T\n', 'project', 'p.yaml:1:1'],
  ['a key inside of another', 'title: T\nin: { a: 1,\n  b: 2 }\n', 'in.b', 'p.yaml:3:3'],
  ['a key that is missing inside of another', 'title: T\nin: { a: 1 }\n', 'in.b', 'p.yaml:2:1'],
  ['a key inside of what is no mapping', 'title: T\nin: [1]\n', 'in.b', 'p.yaml:2:1'],
  ['an element of a list', 'title: T\nin:\n  - a\n  - b\n', 'in.1', 'p.yaml:4:5'],
  ['an element behind the end of a list', 'title: T\nin: [a]\n', 'in.1', 'p.yaml:2:1'],
  ['no key', 'title: T\n', undefined, 'p.yaml:1:1'],
  ['a file that is no mapping', '- 1\n', 'project', 'p.yaml:1:1'],
];
for (const [title, text, key, place] of CASES) {
  test(title, async ({ root, lines }) => {
    writeFileSync(join(root, 'p.yaml'), text);
    const { success } = await fault({ summary: 'it is wrong', file: 'p.yaml', key, expected: 'one of a, b' }, { root });
    assert.not(success);
    assert.is(lines.join('\n'), `error: ${place}: it is wrong\n  expected: one of a, b`);
  });
}

test('what to do comes last', async ({ root, lines }) => {
  writeFileSync(join(root, 'p.yaml'), 'title: T\n');
  await fault({ summary: 'it is wrong', file: 'p.yaml', expected: 'another', fix: 'rename it' }, { root });
  assert.is(lines.join('\n'), 'error: p.yaml:1:1: it is wrong\n  expected: another\n  to do:    rename it');
});

test('a file that is no YAML is named as a whole', async ({ root, lines }) => {
  writeFileSync(join(root, 'Kbuild'), 'obj-m := x.o\n\t- : [\n');
  assert.not((await fault({ summary: 'it is wrong', file: 'Kbuild', key: 'kernel', expected: 'one of a, b' }, { root })).success);
  assert.is(lines.join('\n'), 'error: Kbuild: it is wrong\n  expected: one of a, b');
});

test('a line of a file that is no YAML', async ({ root, lines }) => {
  assert.not((await fault({ summary: 'it is wrong', file: 'Kbuild', line: 3, key: 'kernel' }, { root })).success);
  assert.is(lines.join('\n'), 'error: Kbuild:3: it is wrong');
});

test('a fault of syntax comes first: the key may stand behind it', async ({ root, lines }) => {
  writeFileSync(join(root, 'p.yaml'), 'title: T\nchecks: [\nproject: a\n');
  await fault({ summary: 'no project', file: 'p.yaml', key: 'project' }, { root });
  assert.match(lines.join(), /^error: p\.yaml:\d+:\d+: (?!no project)/);
});

test.run();
