// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import { collectFacts } from '../collect-facts';
import type { WorkspaceFacts } from '../facts';
import { Memory } from '../memory';

/** A suite whose tests get a workspace of their own: `facts` writes its files (path → text) and reads it. */
export function factsSuite(name: string) {
  const test = suite<{ root: string; facts: (files: Record<string, string>) => WorkspaceFacts }>(name);
  test.before.each((it) => {
    it.root = mkdtempSync(join(tmpdir(), 'nf-facts-'));
    it.facts = (files) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(it.root, path)), { recursive: true });
        writeFileSync(join(it.root, path), text);
      }
      return collectFacts(it.root, Object.keys(files), { toolchain: {} }, new Memory(it.root, 'test', 'x'));
    };
  });
  test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));
  return test;
}
