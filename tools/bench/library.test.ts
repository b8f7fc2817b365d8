// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const TOOLS = join(__dirname, '..');
const ROOT = join(TOOLS, '..');
/** Whoever calls `library`; no gate runs them. */
const CALLERS = ['bench', 'mutate', 'test/sources'];
const ASKED = /\{([^{}]*)\} = library\('([^']+)'\)|library\('([^']+)'\)\.(\w+)/g;

const programs = CALLERS.flatMap((folder) => {
  const names = readdirSync(join(TOOLS, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.mjs')).map((name) => join(TOOLS, folder, name));
});
const asked = programs.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(ASKED)].map(([, names, listed, path, name]) => ({
    path: (listed ?? path)!,
    names: (names ?? name)!.split(',').map((word) => word.split(':')[0]!.trim()),
  })),
);

test('benchmarks, mutations and spoilt sources ask of the libraries for what there is', () => {
  assert.ok(asked.length > 20, `${asked.length} calls found`);
  for (const { path, names } of asked) {
    const exported = require(join(ROOT, path)) as object;
    for (const name of names) assert.ok(name in exported, `${path} exports ${name}`);
  }
});

test.run();
