// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { documentTables } from './document';
import { loadIonAbi } from './load';

const PAGE = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'ion-abi.md'), 'utf8');
const ABI = loadIonAbi(join(__dirname, '..', 'ion-abi.yaml'));

for (const [name, table] of Object.entries(documentTables(ABI))) {
  test(`docs/ion-abi.md has the table of ${name} as ion-abi.yaml gives it`, () => {
    const head = table.slice(0, table.indexOf('\n'));
    const start = PAGE.indexOf(head);
    assert.ok(start >= 0, `the page has the heading ${head}`);
    assert.fixture(PAGE.slice(start, PAGE.indexOf('\n\n', start)), table);
  });
}

test('each rule stands on the page exactly once', () => {
  for (let rule = 1; rule <= 13; rule++) assert.is(PAGE.match(new RegExp(`^\\*\\*R${rule}\\*\\*`, 'gm'))?.length, 1, `R${rule}`);
});

test('the vendor UID of the page is that of ion-abi.yaml', () => assert.match(PAGE, ABI.hypercalls.vendor_uid));

test.run();
