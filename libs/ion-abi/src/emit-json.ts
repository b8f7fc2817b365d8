// SPDX-License-Identifier: Apache-2.0
import { allConstants } from './derived';
import type { IonAbi } from './description';
import { hex } from './names';
import { ringTable } from './ring-table';

/** What a host tool needs to look into a window; offsets and sizes are in bytes, numbers are hexadecimal text. */
export interface IonLayout {
  constants: Readonly<Record<string, string>>;
  sections: readonly { name: string; offset: string; size: string; access: string }[];
  rings: Readonly<Record<string, Readonly<Record<'index' | 'channel' | 'slots' | 'producer' | 'consumer' | 'pool', string>>>>;
}

export function layoutOf(abi: IonAbi): IonLayout {
  return {
    constants: Object.fromEntries(allConstants(abi).map(({ name, value }) => [name, hex(value)])),
    sections: abi.window.sections.map(({ name, offset, size, access }) => ({ name, offset: hex(offset), size: hex(size), access })),
    rings: Object.fromEntries(
      ringTable(abi).map((ring) => [
        ring.name,
        {
          index: hex(ring.index),
          channel: hex(ring.channel),
          slots: hex(ring.slots_offset),
          producer: hex(ring.producer_offset),
          consumer: hex(ring.consumer_offset),
          pool: hex(ring.pool_offset),
        },
      ]),
    ),
  };
}

/** The layout for tools that are no program: proofs take the addresses that they look at from it. */
export function emitJson(abi: IonAbi): string {
  return `${JSON.stringify(layoutOf(abi), null, 2)}\n`;
}
