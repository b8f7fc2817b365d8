// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadInitramfs, loadModule } from './description';

const loaded = <T>(file: string, text: string, load: (root: string, file: string) => { value: T }): T => {
  const root = mkdtempSync(join(tmpdir(), 'nf-description-'));
  try {
    writeFileSync(join(root, file), text);
    return load(root, file).value;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};
const INIT = 'name: a\ninit: { sources: [a.c] }\n';
const initramfs = (text: string) => loaded('initramfs.yaml', `${INIT}${text}`, loadInitramfs);
const module = (text: string) => loaded('module.yaml', text, loadModule);

test('permission bits are octal, as chmod takes them', () => {
  const { files, nodes } = initramfs(`files:
  - { path: /a, source: a, mode: 0644 }
  - { path: /b, source: b, mode: 0o755 }
nodes: [{ path: /dev/a, mode: 0600, major: 1, minor: 2 }]
`);
  assert.equal(files?.map(({ mode }) => mode), [0o644, 0o755]);
  assert.is(nodes?.[0]?.mode, 0o600);
});

test('permission bits that read as decimal are refused', () => {
  assert.throws(
    () => initramfs('files: [{ path: /a, source: a, mode: 644 }]\n'),
    /^initramfs\.yaml:3:\d+: permission bits are written in octal\n.*0644 or 0o644\n.*644/,
  );
});

for (const read of [initramfs, module]) {
  test(`the kernel of an ${read === module ? 'module' : 'initramfs'}: one, a list, or left out`, () => {
    const tests = read === module ? 'tests: { programs: { a: [a.c] } }\n' : '';
    assert.is(read(`${tests}kernel: old\n`).kernel, 'old');
    assert.equal(read(`${tests}kernel: [old, new]\n`).kernel, ['old', 'new']);
    assert.is(read(tests).kernel, undefined);
  });
}

const NO_KERNEL: [text: string, expected: RegExp][] = [
  ['kernel: []\n', /^module\.yaml:1:1: kernel /],
  ['kernel: [a, a]\n', /^module\.yaml:1:1: kernel /],
  ['kernel: 5\n', /^module\.yaml:1:1: kernel /],
  ['kernel: Old\n', /^module\.yaml:1:1: kernel /],
  ['kernel: [a, Old]\n', /^module\.yaml:1:\d+: kernel\.1 /],
];
for (const [text, expected] of NO_KERNEL) {
  test(`refused: ${text.trim()}`, () => assert.throws(() => module(text), expected));
}

test.run();
