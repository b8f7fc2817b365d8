// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { forOtherWorkspace } from './starter-text';

const schema = (name: string) => `node_modules/@nexus-forge/nx/dist/schemas/${name}.schema.json`;

const SCHEMAS: [string, string, string][] = [
  ['workspace.json', '{ "$schema": "./libs/toolchain/workspace.schema.json" }', `{ "$schema": "./${schema('workspace')}" }`],
  ['linux-cell/cell.yaml', '# x: $schema=../libs/devicetree/cell.schema.json\nname: c\n', `# x: $schema=../${schema('cell')}\nname: c\n`],
  ['libs/ion-abi/ion-abi.yaml', '# x: $schema=./ion-abi.schema.json\n', `# x: $schema=../../${schema('ion-abi')}\n`],
];
for (const [path, text, expected] of SCHEMAS) {
  test(`${path} names the package's schema`, () => assert.is(forOtherWorkspace(path, text), expected));
}

test('a board loses what only the reference workspace has, with its comments, and nothing else', () => {
  const text = 'name: b\nsize: 0x08000000\n\n# why\nbindings: { documents: d }\n\ncell: c\n\n# why\nfirmware:\n  package: p\n\nqemu:\n  cpus: 1\n';
  const made = forOtherWorkspace('apps/b/board.yaml', text);
  assert.match(made, /^name: b\nsize: 0x08000000\n\ncell: c\n\n# The kernel's .*\nfirmware:\n  package: firmware\/kernel\n[^]*\n\nqemu:\n  cpus: 1\n$/);
  assert.not.match(made, /bindings|why|: p$/m);
});

test.run();
