// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { declaredSymbols, findDropped, findUnknown, refuseDropped, refuseUnusable } from './configuration';
import { parseFragment, readConfiguration } from './fragment';

const FINAL = readConfiguration('# Linux/arm64\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_N=100\n');
const DECLARED = new Set(['CONFIG_A', 'CONFIG_B', 'CONFIG_HIDDEN', 'CONFIG_N']);

function verdict(fragment: string): string {
  const requested = parseFragment(fragment, 'x.config');
  const unknown = findUnknown(requested, FINAL, () => DECLARED);
  try {
    refuseDropped(findDropped(requested, FINAL, unknown), unknown);
  } catch (error) {
    return (error as Error).message;
  }
  return 'taken';
}

const CASES: [title: string, fragment: string, expected: RegExp][] = [
  ['options that survived', 'CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_N=100\n', /^taken$/],
  ['an option that is off because nothing names it', '# CONFIG_HIDDEN is not set\n', /^taken$/],
  ['one that was dropped', 'CONFIG_HIDDEN=y\n', /^x\.config:1: CONFIG_HIDDEN was dropped by olddefconfig\n.*expected: y\n.*found: +n\n/],
  ['one that was switched on all the same', '\n# CONFIG_A is not set\n', /^x\.config:2: CONFIG_A was dropped.*\n.*expected: n\n.*found: +y\n/],
  ['another number', 'CONFIG_N=250\n', /expected: 250\n.*found: +100/],
  ['one that does not exist', 'CONFIG_HIDEN=y\n', /^x\.config:1: CONFIG_HIDEN does not exist in this kernel\n/],
  ['one that does not exist, asked to be off', '# CONFIG_NOPE is not set\n', /^x\.config:1: CONFIG_NOPE does not exist/],
  ['several at once', 'CONFIG_HIDDEN=y\nCONFIG_NOPE=y\n', /\| x\.config:1: CONFIG_HIDDEN: asked y, got n\n.*\| x\.config:2: CONFIG_NOPE: no such option/],
];
for (const [title, fragment, expected] of CASES) {
  test(title, () => assert.match(verdict(fragment), expected));
}

test('the Kconfig files are not read when every option has a line', () => {
  const declared = () => {
    throw new Error('read all the same');
  };
  assert.is(findUnknown(parseFragment('CONFIG_A=y\n', 'x'), FINAL, declared).size, 0);
});

test('symbols are found in every Kconfig file below a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nf-kconfig-'));
  mkdirSync(join(folder, 'drivers'));
  writeFileSync(join(folder, 'Kconfig'), 'config ONE\n\tbool "one"\nif ONE\nmenuconfig TWO\n\tbool\nendif\n# config NOT\n');
  writeFileSync(join(folder, 'drivers', 'Kconfig.more'), 'config THREE_3\n\thelp\n\t  This config option says more.\n');
  writeFileSync(join(folder, 'drivers', 'Makefile'), 'config FOUR\n');
  assert.equal([...declaredSymbols(folder)].sort(), ['CONFIG_ONE', 'CONFIG_THREE_3', 'CONFIG_TWO']);
  rmSync(folder, { recursive: true });
});

const USABLE: [text: string, expected: RegExp][] = [
  ['CONFIG_MODULES=y\nCONFIG_BLK_DEV_INITRD=y\n', /^$/],
  ['CONFIG_MODULES=y\n', /^k\/kernel\.yaml: the configuration lacks CONFIG_BLK_DEV_INITRD\n.*CONFIG_BLK_DEV_INITRD=y\n.*found: +n\n.*takes no initramfs/],
  ['# CONFIG_MODULES is not set\n', /lacks CONFIG_MODULES and CONFIG_BLK_DEV_INITRD/],
];
for (const [text, expected] of USABLE) {
  test(`a configuration of ${JSON.stringify(text)}`, () => {
    let said = '';
    try {
      refuseUnusable(readConfiguration(text), 'k/kernel.yaml');
    } catch (error) {
      said = (error as Error).message;
    }
    assert.match(said, expected);
  });
}

test.run();
