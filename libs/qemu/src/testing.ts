// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from './machine';

/** What the guest does after it has said its text. */
export type Ending = 'power-off' | 'reset' | 'hang' | 'chatter' | 'stores';

/** Where QEMU's virt machine loads a flat binary that is no arm64 Image. */
export const GUEST_ENTRY = 0x4008_0000n;

/** A64, position-independent: sends the text behind it to the PL011 at 0x0900_0000. */
const SAY = [
  0xd2a12001, //  0: movz x1, #0x0900, lsl #16
  0x10000002, //  4: adr  x2, the text
  0x38401443, //  8: ldrb w3, [x2], #1
  0x34000063, //  c: cbz  w3, 18
  0xb9000023, // 10: str  w3, [x1]
  0x17fffffd, // 14: b    8
];
const PSCI = [0xf2b08000, 0xd4000003, 0x14000000]; // movk x0, #0x8400, lsl #16; smc #0; b .
const OFF = [0xd2800100, ...PSCI];
const STORES = [
  0xd2800064, // 18: movz x4, #3
  0xd2a80205, // 1c: movz x5, #0x4010, lsl #16
  0x910000bf, // 20: mov  sp, x5
  0xf90003e4, // 24: str  x4, [sp]
  0xf90007e4, // 28: str  x4, [sp, #8]
  0xf90003e1, // 2c: str  x1, [sp]
  0xd1000484, // 30: sub  x4, x4, #1
  0xb5ffff84, // 34: cbnz x4, 24
];
/** From 0x18 on; DEN0022: SYSTEM_OFF is 0x84000008, SYSTEM_RESET 0x84000009. */
const ENDINGS: Readonly<Record<Ending, readonly number[]>> = {
  'power-off': OFF,
  reset: [0xd2800120, ...PSCI],
  hang: [0x14000000],
  chatter: [0x17fffffb], // b 4
  stores: [...STORES, ...OFF],
};

/** A kernel for tests: a few instructions that say a text and end. */
export function bareGuest(text: string, ending: Ending = 'power-off'): Buffer {
  const words = [...SAY, ...ENDINGS[ending]];
  words[1]! |= (words.length - 1) << 5;
  const code = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => code.writeUInt32LE(word >>> 0, index * 4));
  return Buffer.concat([code, Buffer.from(`${text}\0`, 'latin1')]);
}

export const TEST_MACHINE: Machine = {
  machine: 'virt',
  options: { virtualization: 'on', 'gic-version': 2, 'dtb-randomness': 'off' },
  cpu: 'cortex-a72',
  cpus: 1,
  memory_mib: 64,
};

/** Gives `work` a folder that is gone afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'nf-test-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
