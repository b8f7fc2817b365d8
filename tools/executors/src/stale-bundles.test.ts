// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { refuseStaleBundles } from './stale-bundles';

const FILE = 'libs/a/src/a.ts';

/** A workspace with one source, and bundles made of it in the future: by time alone nothing is newer. */
const test = suite<{ root: string; bundles: string; check(): void }>('stale bundles');
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-stale-'));
  context.bundles = join(context.root, 'dist');
  context.check = () => refuseStaleBundles(context.root, context.bundles);
  for (const folder of ['dist', 'libs/a/src']) mkdirSync(join(context.root, folder), { recursive: true });
  writeFileSync(join(context.root, FILE), 'a');
  const sources = { [FILE]: createHash('sha256').update('a').digest('hex') };
  writeFileSync(join(context.bundles, 'sources.json'), JSON.stringify(sources));
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

const bundledAt = (bundles: string, seconds: number) => utimesSync(join(bundles, 'sources.json'), seconds, seconds);

test('what was bundled of these sources is current, however often they were touched', ({ root, bundles, check }) => {
  check();
  bundledAt(bundles, 100);
  writeFileSync(join(root, FILE), 'a');
  check();
});

test('a changed source is named, even one with an old time', ({ root, bundles, check }) => {
  bundledAt(bundles, 100);
  writeFileSync(join(root, FILE), 'b');
  utimesSync(join(root, FILE), 50, 50);
  assert.throws(check, new RegExp(`have changed since it was bundled\\n.*${FILE}`));
});

test('a removed source is a change', ({ root, check }) => {
  rmSync(join(root, FILE));
  assert.throws(check, /have changed/);
});

test('bundles that say nothing of their sources are taken as they are', ({ bundles, check }) => {
  rmSync(join(bundles, 'sources.json'));
  check();
});

test.run();
