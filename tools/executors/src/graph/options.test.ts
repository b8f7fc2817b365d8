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
  ['Ausgaben für alle', 'Ausgaben für alle'],
  ['a!b', 'a!b'],
];
for (const [given, folder] of FOLDERS) {
  test(`outputRoot ${given}: ${folder}`, () => assert.is(resolveOptions(given === undefined ? {} : { outputRoot: given }).outputRoot, folder));
}

for (const given of ['', '.', './', '..', '../outside', 'a/../..', 'a/../../outside', '/tmp/out', 'a/..', '!out', 'o*t', '{a,b}', 'o(1)', 'out?', '.nx', '.nx/out', 'node_modules/out', '.git', 'a\\b']) {
  test(`outputRoot ${JSON.stringify(given)}: refused`, () => {
    assert.throws(() => resolveOptions({ outputRoot: given }), /^nx\.json: the option outputRoot of the plugin is no folder of the workspace/);
  });
}

for (const given of ['', '!proof', 'a/b', '..', 'a:b', 'p*', 'two words']) {
  test(`a target named ${JSON.stringify(given)}: refused`, () => {
    assert.throws(() => resolveOptions({ targetNames: { proof: given } }), /^nx\.json: the option targetNames\.proof of the plugin is no name of a target/);
  });
}
test('a target named otherwise', () => assert.is(resolveOptions({ targetNames: { proof: 'prüfen-1' } }).targetNames.proof, 'prüfen-1'));

test.run();
