// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface LockedPackage {
  version?: string;
  link?: boolean;
  resolved?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const packages = (JSON.parse(readFileSync(join(__dirname, '..', '..', 'package-lock.json'), 'utf8')) as { packages: Record<string, LockedPackage> }).packages;

/** Where Node looks for a dependency of the package at `path`: beside it, then further up. */
function resolves(path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (packages[`${folder}${folder === '' ? '' : '/'}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

test('every dependency has an entry, those of other platforms too: npm ci refuses the lockfile otherwise', () => {
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => !resolves(path, name))
      .map((name) => `${path} needs ${name}`),
  );
  assert.equal(missing, []);
});

test('no entry names a download address', () => {
  const addresses = Object.values(packages).filter(({ link, resolved }) => resolved !== undefined && !link);
  assert.equal(addresses, []);
});

test('each workspace has its entry and its link', () => {
  const links = Object.values(packages).filter(({ link }) => link).map(({ resolved }) => resolved);
  for (const folder of links) assert.ok(packages[folder!], folder);
});

test.run();
