// SPDX-License-Identifier: Apache-2.0
// What documents name is there: the targets of their links, and the files of the workspace between backticks.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const ROOT = join(__dirname, '..', '..');
const FOLDERS = ['apps', 'docs', 'findings', 'firmware', 'libs', 'linux-cell', 'proofs', 'tools'];

const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');

/** Links to other files, without what is on another machine or on the same page. */
const linksOf = (text: string) =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => (target as string).replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));

/** Paths from the workspace's root, without patterns and examples. */
const pathsOf = (text: string) =>
  [...text.matchAll(/`([\w./-]+)`/g)]
    .map(([, path]) => path as string)
    .filter((path) => FOLDERS.includes(path.split('/')[0] as string) && path.includes('/'));

/** Boards, modules and packages that examples make up. */
const EXAMPLE = /\b(my-board|desk|lab|acme)\b|^firmware\/(kernel|stub)(\/|$)|^proofs\/hello\.proof\.yaml$/;

test('there are documents to look at', () => assert.ok(documents.includes('README.md') && documents.length > 5));

for (const document of documents) {
  test(`${document}: what it names is there`, () => {
    const text = readFileSync(join(ROOT, document), 'utf8');
    const folder = posix.dirname(document);
    const missing = [
      ...linksOf(text).filter((target) => !existsSync(join(ROOT, folder, target))),
      ...pathsOf(text).filter((path) => !EXAMPLE.test(path) && !existsSync(join(ROOT, path))),
    ];
    assert.equal(missing, []);
  });
}

test('a link and a path that lead nowhere are found', () => {
  assert.equal(linksOf('[a](docs/none.md#x) [b](https://example.org/) [c](#d)'), ['docs/none.md']);
  assert.equal(pathsOf('`libs/none.ts` `other/none.ts` `libs/*.ts` `libs`'), ['libs/none.ts']);
});

test.run();
