// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pruneState } from './prune';

test('what was not used for two weeks is removed, with its record', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nf-prune-'));
  const now = Date.now();
  for (const [name, days] of [['old-source', 15], ['new-source', 13]] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'file'), '');
    writeFileSync(join(folder, `${name}.json`), '{}');
    utimesSync(join(folder, `${name}.json`), (now - days * 86_400_000) / 1000, (now - days * 86_400_000) / 1000);
  }
  /* Being made at this moment: it has no record yet. */
  mkdirSync(join(folder, 'unfinished-source'));
  assert.equal(pruneState(folder, now), ['old-source']);
  assert.equal(readdirSync(folder), ['new-source', 'new-source.json', 'unfinished-source']);
  rmSync(folder, { recursive: true });
});

test.run();
