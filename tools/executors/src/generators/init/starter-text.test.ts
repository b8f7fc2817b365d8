// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { resolveOptions } from '../../graph/options';
import { starterPlaces } from './places';
import { forOtherWorkspace } from './starter-text';

const PLACES = starterPlaces(resolveOptions().roots);

const schema = (name: string) => `node_modules/@nexus-forge/nx/dist/schemas/${name}.schema.json`;

const SCHEMAS: [string, string, string][] = [
  ['workspace.json', '{ "$schema": "./libs/toolchain/workspace.schema.json" }', `{ "$schema": "./${schema('workspace')}" }`],
  ['linux-cell/cell.yaml', '# x: $schema=../libs/devicetree/cell.schema.json\nname: c\n', `# x: $schema=../${schema('cell')}\nname: c\n`],
  ['proofs/hello.proof.yaml', '# x: $schema=../../../libs/proof/proof.schema.json\n', `# x: $schema=../${schema('proof')}\n`],
  ['libs/ion-abi/ion-abi.yaml', '# x: $schema=./ion-abi.schema.json\n', `# x: $schema=../../${schema('ion-abi')}\n`],
];
for (const [path, text, expected] of SCHEMAS) {
  test(`${path} names the package's schema`, () => assert.is(forOtherWorkspace(path, text, PLACES), expected));
}

test('a board loses what only the reference workspace has, with its comments, and nothing else', () => {
  const text = 'name: b\nsize: 0x08000000\n\n# why\nbindings: { documents: d }\n\ncell: c\n\n# why\nfirmware:\n  package: p\n\nqemu:\n  cpus: 1\n';
  const made = forOtherWorkspace('apps/b/board.yaml', text, PLACES);
  assert.match(made, /^name: b\nsize: 0x08000000\n\ncell: linux-cell\/cell\.yaml\n\n# The kernel's .*\nfirmware:\n  package: firmware\/kernel\n[^]*\n\nqemu:\n  cpus: 1\n$/);
  assert.not.match(made, /bindings|why|: p$/m);
});

test('the folders that nx.json names', () => {
  const named = { boards: ['packages', 'b'], firmware: 'src/fw', cells: 'cells', bindings: 'abi', proofs: 'checks' };
  const places = starterPlaces(resolveOptions({ roots: named }).roots);
  assert.equal(places, {
    board: 'packages/qemu-virt/board.yaml',
    cell: 'cells/linux-cell/cell.yaml',
    abi: 'abi/ion-abi.yaml',
    firmware: 'src/fw',
    kernel: ['build.zig', 'head.S', 'kernel.ld', 'kernel.zig'].map((file) => `src/fw/kernel/${file}`),
    proof: 'checks/hello.proof.yaml',
  });
  const made = forOtherWorkspace(places.board, 'name: b\n\n# why\ncell: c # x\n\nfirmware: {}\n', places);
  assert.match(made, /^# why\ncell: cells\/linux-cell\/cell\.yaml$/m);
  assert.match(made, /^  package: src\/fw\/kernel\n  stub: src\/fw\/stub$/m);
});

test.run();
