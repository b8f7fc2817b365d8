// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { removeStaleHeaders } from './stale-headers';

interface Kept {
  root: string;
  objects: string;
  /** How often `make prepare` was run. */
  prepared: number;
  /** Removes what is stale, with a `make prepare` that makes bounds.h and what else is named. */
  remove(...more: string[]): Promise<void>;
}

const BOUNDS = 'include/generated/bounds.h';
const STALE = ['include/generated/autoksyms.h', 'arch/arm64/include/generated/asm/vdso32.h'];

function write(folder: string, path: string, text = ''): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const test = suite<Kept>('stale headers');
test.before.each((kept) => {
  kept.root = mkdtempSync(join(tmpdir(), 'nf-stale-headers-'));
  kept.objects = join(kept.root, 'objects-tiny');
  kept.prepared = 0;
  kept.remove = (...more) =>
    removeStaleHeaders(kept.objects, async (folder) => {
      kept.prepared++;
      assert.is(dirname(folder), kept.root);
      assert.ok(existsSync(join(folder, '.config')));
      for (const path of [BOUNDS, ...more]) write(folder, path);
    });
  for (const path of [BOUNDS, ...STALE]) write(kept.objects, path);
  write(kept.objects, '.config', 'CONFIG_A=y\n');
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

const there = ({ objects }: Kept) => [BOUNDS, ...STALE].filter((path) => existsSync(join(objects, path)));

test('what the configuration does not bring goes; the rest stays as it is', async (kept) => {
  utimesSync(join(kept.objects, BOUNDS), 1000, 1000);
  await kept.remove();
  assert.equal(there(kept), [BOUNDS]);
  assert.is(statSync(join(kept.objects, BOUNDS)).mtimeMs, 1_000_000);
  assert.equal(readdirSync(kept.root), ['objects-tiny']);
});

test('what the configuration brings stays', async (kept) => {
  await kept.remove(...STALE);
  assert.equal(there(kept), [BOUNDS, ...STALE]);
});

test('nothing is compared until the configuration changes', async (kept) => {
  await kept.remove();
  for (const path of STALE) write(kept.objects, path);
  await kept.remove();
  assert.is(kept.prepared, 1);
  assert.equal(there(kept), [BOUNDS, ...STALE]);
  write(kept.objects, '.config', 'CONFIG_B=y\n');
  await kept.remove();
  assert.is(kept.prepared, 2);
  assert.equal(there(kept), [BOUNDS]);
});

test('nothing is compared before the first build', async (kept) => {
  for (const path of [BOUNDS, ...STALE]) rmSync(join(kept.objects, path));
  for (const path of ['include/generated/autoconf.h', 'include/generated/rustc_cfg']) write(kept.objects, path);
  await kept.remove();
  assert.is(kept.prepared, 0);
});

test('a comparison that failed is made again', async (kept) => {
  const fault = await removeStaleHeaders(kept.objects, () => Promise.reject(new Error('make ended by SIGINT'))).catch((error: Error) => error.message);
  assert.is(fault, 'make ended by SIGINT');
  assert.equal(readdirSync(kept.root), ['objects-tiny']);
  await kept.remove();
  assert.equal(there(kept), [BOUNDS]);
});

test.run();
