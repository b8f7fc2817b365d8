// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from './machine';

/** What the guest does after it has said its text. */
export type Ending = 'power-off' | 'reset' | 'hang' | 'chatter';

/** Where QEMU's virt machine loads a flat binary that is no arm64 Image. */
export const GUEST_ENTRY = 0x4008_0000n;

/** A64, position-independent: sends the text behind it to the PL011 at 0x0900_0000. */
const SAY = [
  0xd2a12001, //  0: movz x1, #0x0900, lsl #16
  0x10000122, //  4: adr  x2, 28
  0x38401443, //  8: ldrb w3, [x2], #1
  0x34000063, //  c: cbz  w3, 18
  0xb9000023, // 10: str  w3, [x1]
  0x17fffffd, // 14: b    8
];
const PSCI = [0xf2b08000, 0xd4000003, 0x14000000]; // movk x0, #0x8400, lsl #16; smc #0; b .
const NOP = 0xd503201f;
/** From 0x18 on, four instructions; DEN0022: SYSTEM_OFF is 0x84000008, SYSTEM_RESET 0x84000009. */
const ENDINGS: Readonly<Record<Ending, readonly number[]>> = {
  'power-off': [0xd2800100, ...PSCI],
  reset: [0xd2800120, ...PSCI],
  hang: [0x14000000, NOP, NOP, NOP],
  chatter: [0x17fffffb, NOP, NOP, NOP], // b 4
};

/** A kernel for tests: a few instructions that say a text and end. */
export function bareGuest(text: string, ending: Ending = 'power-off'): Buffer {
  const words = [...SAY, ...ENDINGS[ending]];
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
