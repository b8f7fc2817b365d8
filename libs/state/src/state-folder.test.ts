// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPlainPath, plainStateFolder } from './state-folder';

const test = suite<{ root: string; cache: string | undefined }>('place of kept state');
test.before.each((it) => {
  it.root = realpathSync(mkdtempSync(join(tmpdir(), 'nf-place-')));
  it.cache = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = join(it.root, 'cache');
});
test.after.each(({ root, cache }) => {
  if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cache;
  rmSync(root, { recursive: true, force: true });
});

test('a plain workspace keeps its own', ({ root }) => assert.is(plainStateFolder(root, 'state/x'), join(root, 'state/x')));

for (const name of ['a b', 'a&b', 'a$b', 'a#b', 'a:b', "a'b", 'a%b', 'a,b', 'a(b', 'ä', 'a\nb']) {
  test(`a workspace ${JSON.stringify(name)} has one elsewhere, always the same`, ({ root }) => {
    const workspace = join(root, name);
    for (const path of [workspace, `${workspace}2`]) mkdirSync(path);
    const place = plainStateFolder(workspace, 'state/x');
    assert.ok(place.startsWith(join(root, 'cache/nexus-forge/')) && place.endsWith('/state/x'), place);
    assert.ok(isPlainPath(place) && existsSync(place));
    assert.is(plainStateFolder(workspace, 'state/x'), place);
    assert.is.not(plainStateFolder(`${workspace}2`, 'state/x'), place);
  });
}

test('a plain link does not help: make follows it', ({ root }) => {
  mkdirSync(join(root, 'a b'));
  symlinkSync(join(root, 'a b'), join(root, 'link'));
  assert.ok(plainStateFolder(join(root, 'link'), 's').startsWith(join(root, 'cache')));
});

test('a home that is no better: scratch; a state directory that is not plain is refused', ({ root }) => {
  mkdirSync(join(root, 'a b'));
  process.env['XDG_CACHE_HOME'] = join(root, 'a b/cache');
  assert.ok(plainStateFolder(join(root, 'a b'), 's').startsWith(join(tmpdir(), 'nexus-forge/')));
  rmSync(plainStateFolder(join(root, 'a b'), 's'), { recursive: true });
  assert.throws(() => plainStateFolder(root, 'my state'), /make cannot work in this place[\s\S]*my state[\s\S]*stateDirectory/);
});

test.run();
