// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { recipesOf, takesIgnoredFiles } from './recipe';

const test = suite<{ root: string; bundles(folder: string): string }>('recipe');
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-recipe-'));
  context.bundles = (folder) => {
    const path = join(context.root, folder);
    mkdirSync(join(path, 'executors'), { recursive: true });
    writeFileSync(join(path, 'executors', 'zig-build.js'), 'code');
    return path;
  };
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

const VERSIONS: [version: string, takes: boolean][] = [
  ['22.7.12', false],
  ['23.2.1', false],
  ['23.3.0', true],
  ['23.10.0', true],
  ['24.0.6', true],
  ['25.0.0-beta.1', true],
  ['0.0.0', false],
];
for (const [version, takes] of VERSIONS) test(`Nx ${version}`, () => assert.is(takesIgnoredFiles(version), takes));

test('a plugin of the workspace: the bundle itself, and its digest for nx affected', ({ root, bundles }) => {
  const recipes = recipesOf(root, bundles('tools/executors/dist'), '23.3.1');
  assert.equal(recipes.inputs('zig-build'), [
    { fileset: '{workspaceRoot}/tools/executors/dist/executors/zig-build.js', includeIgnored: true },
    { json: '{workspaceRoot}/tools/executors/recipes.json', fields: ['zig-build'] },
  ]);
  assert.equal(recipes.variables(), {});
});

const BY_DIGEST: [title: string, folder: string, version: string][] = [
  ['an older Nx', 'tools/executors/dist', '22.7.12'],
  ['an installed package', 'node_modules/@nexus-forge/nx/dist', '23.3.1'],
];
for (const [title, folder, version] of BY_DIGEST) {
  test(`${title}: the bundle's digest by a variable, which follows the code`, ({ root, bundles }) => {
    const path = bundles(folder);
    const recipes = () => recipesOf(root, path, version);
    assert.equal(recipes().inputs('zig-build'), [{ env: 'NEXUS_FORGE_RECIPE_ZIG_BUILD' }]);
    const before = recipes().variables();
    assert.match(before['NEXUS_FORGE_RECIPE_ZIG_BUILD'] ?? '', /^[0-9a-f]{64}$/);
    writeFileSync(join(path, 'executors', 'zig-build.js'), 'other code');
    assert.not.equal(recipes().variables(), before);
  });
}

test.run();
