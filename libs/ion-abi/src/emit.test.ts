// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bindings } from './generate';
import { layoutListing } from './layout-listing';
import { loadIonAbi } from './load';

const GOLDEN = join(__dirname, 'golden');
const REFERENCE = join(__dirname, '..', 'ion-abi.yaml');

for (const [file, text] of Object.entries(bindings(loadIonAbi(join(GOLDEN, 'small.yaml'))))) {
  test(`${file} of the small description is the golden one`, () => {
    assert.fixture(text, readFileSync(join(GOLDEN, `${file}.golden`), 'utf8'));
  });
}

test('two runs give the same text', () => {
  assert.equal(bindings(loadIonAbi(REFERENCE)), bindings(loadIonAbi(REFERENCE)));
});

test('no number, size or offset of a published version changes: raise `version` in ion-abi.yaml and add its listing', () => {
  const abi = loadIonAbi(REFERENCE);
  assert.fixture(layoutListing(abi), readFileSync(join(__dirname, '..', 'layout', `version-${abi.version}.txt`), 'utf8'));
});

test.run();
