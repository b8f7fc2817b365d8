// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withFolder } from '@nexus-forge/qemu/src/testing';
import { loadMachine } from './board';

const QEMU = 'qemu: { machine: virt, cpu: cortex-a72 }\n';
const BOARD = 'cpus: { count: 2 }\nmemory: [{ size: 0x10000000 }]\ngic: { version: 2 }\n';
const MACHINE = { machine: 'virt', options: { 'gic-version': 2 }, cpu: 'cortex-a72', cpus: 2, memory_mib: 256 };

test('the rest of the board says what its section qemu leaves out', () =>
  withFolder(async (root) => {
    writeFileSync(join(root, 'board.yaml'), `${BOARD}${QEMU}`);
    assert.equal(loadMachine(root, 'board.yaml'), MACHINE);
  }));

const FAULTS: [title: string, text: string, expected: RegExp][] = [
  ['no memory anywhere', `cpus: { count: 2 }\n${QEMU}`, /^board\.yaml:2:1: nothing says qemu\.memory_mib\n.*memory of the board/],
  ['no cores anywhere', QEMU, /^board\.yaml:1:1: nothing says qemu\.cpus\n.*cpus\.count of the board/],
  ['memory in text', `${QEMU}memory: [{ size: 16M }]\n`, /^board\.yaml:2:12: memory\.0\.size must be integer/],
];
for (const [title, text, expected] of FAULTS) {
  test(`${title} is a fault with its place`, () =>
    withFolder(async (root) => {
      writeFileSync(join(root, 'board.yaml'), text);
      assert.throws(() => loadMachine(root, 'board.yaml'), expected);
    }));
}

test.run();
