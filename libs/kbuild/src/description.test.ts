// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadInitramfs } from './description';

const modes = (text: string) => {
  const root = mkdtempSync(join(tmpdir(), 'nf-description-'));
  try {
    writeFileSync(join(root, 'initramfs.yaml'), `name: a\ninit: { sources: [a.c] }\n${text}`);
    return loadInitramfs(root, 'initramfs.yaml').value;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

test('permission bits are octal, as chmod takes them', () => {
  const { files, nodes } = modes(`files:
  - { path: /a, source: a, mode: 0644 }
  - { path: /b, source: b, mode: 0o755 }
nodes: [{ path: /dev/a, mode: 0600, major: 1, minor: 2 }]
`);
  assert.equal(files?.map(({ mode }) => mode), [0o644, 0o755]);
  assert.is(nodes?.[0]?.mode, 0o600);
});

test('permission bits that read as decimal are refused', () => {
  assert.throws(
    () => modes('files: [{ path: /a, source: a, mode: 644 }]\n'),
    /^initramfs\.yaml:3:\d+: permission bits are written in octal\n.*0644 or 0o644\n.*644/,
  );
});

test.run();
