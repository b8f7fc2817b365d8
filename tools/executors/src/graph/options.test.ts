// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { resolveOptions } from './options';

const FOLDERS: [given: string | undefined, folder: string][] = [
  [undefined, 'dist'],
  ['out', 'out'],
  ['out/', 'out'],
  ['./out//made', 'out/made'],
  ['a/../out', 'out'],
  ['..out', '..out'],
];
for (const [given, folder] of FOLDERS) {
  test(`outputRoot ${given}: ${folder}`, () => assert.is(resolveOptions(given === undefined ? {} : { outputRoot: given }).outputRoot, folder));
}

for (const given of ['', '.', './', '..', '../outside', 'a/../..', 'a/../../outside', '/tmp/out', 'a/..']) {
  test(`outputRoot ${JSON.stringify(given)}: refused`, () => {
    assert.throws(() => resolveOptions({ outputRoot: given }), /^nx\.json: the option outputRoot of the plugin is no folder of the workspace/);
  });
}

test.run();
