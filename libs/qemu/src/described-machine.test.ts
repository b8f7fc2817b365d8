// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { machineOfBoard, type BoardFacts, type DescribedMachine, type Unsaid } from './described-machine';
import type { Machine } from './machine';

const VIRT: DescribedMachine = { machine: 'virt', options: { virtualization: 'on' }, cpu: 'cortex-a72' };
const BOARD: BoardFacts = { cpus: { count: 2 }, memory: [{ size: 0x2000_0000 }, { size: 0x10_0000 }], gic: { version: 3 } };
const DERIVED: Machine = { ...VIRT, options: { virtualization: 'on', 'gic-version': 3 }, cpus: 2, memory_mib: 513 };

const CASES: [title: string, described: DescribedMachine, board: BoardFacts, expected: Machine | Unsaid][] = [
  ['all of it from the board', VIRT, BOARD, DERIVED],
  ['cores of another kind come on top', { ...VIRT, other_cpus: 3 }, BOARD, { ...DERIVED, other_cpus: 3, cpus: 5 }],
  ['a version of virt', { ...VIRT, machine: 'virt-7.2' }, BOARD, { ...DERIVED, machine: 'virt-7.2' }],
  [
    'a machine without that option',
    { machine: 'xlnx-versal-virt', cpu: 'cortex-a72' },
    BOARD,
    { machine: 'xlnx-versal-virt', cpu: 'cortex-a72', cpus: 2, memory_mib: 513 },
  ],
  [
    'what the section says stays as it is',
    { ...VIRT, options: { 'gic-version': 'max' }, cpus: 1, memory_mib: 64 },
    BOARD,
    { ...VIRT, options: { 'gic-version': 'max' }, cpus: 1, memory_mib: 64 },
  ],
  ['a section alone', { ...VIRT, cpus: 1, memory_mib: 64 }, {}, { ...VIRT, cpus: 1, memory_mib: 64 }],
  ['no cores', { ...VIRT, memory_mib: 64 }, {}, { key: 'cpus', from: 'cpus.count' }],
  ['no memory', { ...VIRT, cpus: 1 }, {}, { key: 'memory_mib', from: 'memory' }],
];
for (const [title, described, board, expected] of CASES) {
  test(`a machine: ${title}`, () => assert.equal(machineOfBoard(described, board), expected));
}

test.run();
