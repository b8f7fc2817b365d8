// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { optionsIn, resolveOptions } from './options';
import { DEFAULT_ROOTS } from './roots';

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

const ROOT_SPELLINGS: [given: unknown, folders: string[]][] = [
  ['packages', ['packages']],
  ['./src//fw/', ['src/fw']],
  [['a', 'b/../a', 'c'], ['a', 'c']],
  ['.', ['.']],
  [['./', 'a'], ['.', 'a']],
];
for (const [given, folders] of ROOT_SPELLINGS) {
  test(`roots.boards ${JSON.stringify(given)}: ${folders.join(', ')}`, () => {
    assert.equal(resolveOptions({ roots: { boards: given } }).roots, { ...DEFAULT_ROOTS, boards: folders });
  });
}

const NONE = /^nx\.json: the option roots\.boards of the plugin is no folder of the workspace\n +expected: .*\n +found:/;
for (const given of ['', '..', '../x', '/x', 'a*', 'node_modules/a', '.nx', [], [''], ['a', 3], 3, null, {}]) {
  test(`roots.boards ${JSON.stringify(given)}: refused`, () => {
    assert.throws(() => resolveOptions({ roots: { boards: given } }), NONE);
  });
}

const REFUSED: [options: unknown, said: string, more?: RegExp][] = [
  [{ outputRot: 'x' }, 'the plugin has no option outputRot', /expected: one of targetNames, outputRoot, roots\n/],
  [{ outputRoot: 'x', b: 1 }, 'the plugin has no option b'],
  [{ targetNames: { proofs: 'x' } }, 'the plugin has no option targetNames.proofs', /one of audit, .*, verifyRep/],
  [{ roots: { apps: 'x' } }, 'the plugin has no option roots.apps', /expected: one of boards, firmware, proofs, /],
  [{ outputRoot: 3 }, 'the option outputRoot of the plugin is no folder of the workspace', /found: +3$/],
  [{ outputRoot: null }, 'the option outputRoot of the plugin is no folder of the workspace', /found: +null$/],
  [{ outputRoot: ['a'] }, 'the option outputRoot of the plugin is no folder of the workspace', /found: +\["a"\]$/],
  [{ targetNames: 'x' }, 'the option targetNames of the plugin is no object', /found: +"x"$/],
  [{ targetNames: { proof: true } }, 'the option targetNames.proof of the plugin is no name of a target', /: +true$/],
  [{ roots: ['apps'] }, 'the option roots of the plugin is no object', /expected: an object with some of boards, /],
  ['x', 'the options of the plugin are no object'],
  [[], 'the options of the plugin are no object'],
  [null, 'the options of the plugin are no object'],
];
for (const [options, said, more = /./] of REFUSED) {
  test(`options ${JSON.stringify(options)}: refused`, () => {
    assert.throws(
      () => resolveOptions(options),
      ({ message }: Error) => {
        assert.is(message.split('\n')[0], `nx.json: ${said}`);
        assert.match(message, more);
        return true;
      },
    );
  });
}

test('the options out of nx.json', () => {
  const options = { outputRoot: 'out' };
  const plugins = ['other', { plugin: 'other', options: {} }, { plugin: 'this', options }];
  assert.is(optionsIn({ plugins }, 'this'), options);
  for (const nxJson of [null, undefined, {}]) assert.is(optionsIn(nxJson, 'this'), undefined);
  for (const entry of ['this', { plugin: 'this' }, 'other']) assert.is(optionsIn({ plugins: [entry] }, 'this'), undefined);
});

test.run();
