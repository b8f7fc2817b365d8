// SPDX-License-Identifier: Apache-2.0
// `nx affected` goes by tools/executors/recipes.json: a commit of the executors' code must hold it as it then is.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const ROOT = join(__dirname, '..', '..');
const RECIPES = 'tools/executors/recipes.json';
/** What the bundles are made of. */
const SOURCES = ['libs', 'tools/executors', 'package-lock.json'];

const test = suite('recipes');

test('recipes.json is committed with the code whose digests it holds', () => {
  const status = execFileSync('git', ['status', '--porcelain', '--', ...SOURCES], { cwd: ROOT, encoding: 'utf8' });
  const changed = status.split('\n').filter(Boolean).map((line) => line.slice(3));
  assert.not.equal(changed, [RECIPES], `bundling the sources as they are committed changed ${RECIPES}: commit it`);
});

test.run();
