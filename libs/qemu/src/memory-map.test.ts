// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasAnything, missingIn, parseMemoryMap } from './memory-map';
import { QemuSession } from './session';
import { TEST_MACHINE, bareGuest, withFolder } from './testing';

const ANSWER = `FlatView #0
 AS "I/O", root: io
 Root memory region: io
  0000000000000000-000000000000ffff (prio 0, i/o): io

FlatView #1
 AS "memory", root: system
 AS "cpu-memory-0", root: system
 Root memory region: system
  0000000000000000-0000000003ffffff (prio 0, romd): virt.flash0
  0000000009000000-0000000009000fff (prio 0, i/o): pl011
  000000000a000000-000000000a000fff (prio -1000, i/o): pretended
  0000000010000000-000000003efeffff (prio 0, i/o): gpex_mmio_window @0000000010000000
  0000000040000000-000000004fffffff (prio 0, ram): low.ram
  0000000050000000-000000005fffffff (prio -1, ram): high.ram @0000000000010000
`;
const MAP = parseMemoryMap(ANSWER);

test('the system address space is found among the others, without what has nothing behind it', () => {
  assert.equal(MAP.map(({ base }) => base), [0n, 0x0900_0000n, 0x4000_0000n, 0x5000_0000n]);
  assert.equal(parseMemoryMap(ANSWER.replaceAll('\n', '\r\n')), MAP);
});

const RANGES: [base: bigint, size: bigint, missing: string | undefined][] = [
  [0x4000_0000n, 0x2000_0000n, undefined],
  [0x4fff_fffcn, 8n, undefined],
  [0x7000_0000n, 4n, 'the machine has nothing at 0x70000000'],
  [0x5fff_fffcn, 8n, 'the machine has nothing at 0x60000000'],
  [0x3fff_fffcn, 8n, 'the machine has nothing at 0x3ffffffc'],
  [0x0900_0000n, 4n, undefined],
  [0x1000_0000n, 4n, 'the machine has nothing at 0x10000000'],
  [0x0a00_0000n, 4n, 'the machine has nothing at 0xa000000'],
  [0xffff_0000_0000_0000n, 8n, 'the machine has nothing at 0xffff000000000000'],
];
for (const [base, size, missing] of RANGES) {
  test(`${size} bytes at 0x${base.toString(16)}: ${missing ?? 'there'}`, () => assert.is(missingIn(MAP, base, size), missing));
}

test('a range that nothing lies in', () => {
  assert.ok(hasAnything(MAP, 0x0900_0800n, 0x1000n));
  assert.not(hasAnything(MAP, 0x6000_0000n, 0x1000n));
});

test('the map of a running machine', () =>
  withFolder(async (folder) => {
    writeFileSync(join(folder, 'guest.bin'), bareGuest(''));
    const session = await QemuSession.start({
      command: 'qemu-system-aarch64',
      workingDirectory: folder,
      scratchDirectory: folder,
      machine: TEST_MACHINE,
      boot: { kernel: 'guest.bin' },
      keepAfterPowerOff: true,
      gdb: false,
      onSerial: () => {},
    });
    const map = await session.memoryMap();
    await session.close();
    const end = 0x4000_0000n + BigInt(TEST_MACHINE.memory_mib) * 0x10_0000n;
    assert.is(missingIn(map, 0x4000_0000n, end - 0x4000_0000n), undefined);
    assert.is(missingIn(map, end - 4n, 8n), `the machine has nothing at 0x${end.toString(16)}`);
  }));

test.run();
