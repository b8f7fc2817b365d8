// SPDX-License-Identifier: Apache-2.0
import type { IonAbi, RingDescription } from './description';

/** A ring as its entry in the window's ring table says it; offsets and sizes in bytes. */
export interface RingLayout extends RingDescription {
  index: number;
  slot_size: number;
  producer_offset: number;
  consumer_offset: number;
  pool_size: number;
}

/** The value of a constant that the rest of the description leans on. */
export function constantValue(abi: IonAbi, name: string): number | undefined {
  const constant = abi.constants.find((candidate) => candidate.name === name);
  return constant === undefined ? undefined : Number(constant.value);
}

/** A structure by name. */
export function structure(abi: IonAbi, name: string) {
  return abi.structs.find((candidate) => candidate.name === name);
}

/** The offset of a section by kind. */
function sectionOffset(abi: IonAbi, kind: string): number {
  return abi.window.sections.find((section) => section.kind === kind)?.offset ?? 0;
}

/** The ring table: what the description leaves implicit (index cells, slot and pool sizes) filled in. */
export function ringTable(abi: IonAbi): RingLayout[] {
  const line = constantValue(abi, 'index_line_size') ?? 0;
  const slotSize = structure(abi, 'descriptor')?.size ?? 0;
  return abi.rings.map((ring, index) => {
    const host = sectionOffset(abi, 'host_control') + index * line;
    const guest = sectionOffset(abi, 'guest_control') + index * line;
    const fromHost = ring.direction === 'host_to_guest';
    return {
      ...ring,
      index,
      slot_size: slotSize,
      producer_offset: fromHost ? host : guest,
      consumer_offset: fromHost ? guest : host,
      pool_size: ring.buffer_size * ring.buffer_count,
    };
  });
}
