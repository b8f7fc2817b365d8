// SPDX-License-Identifier: Apache-2.0

/** A piece of the physical address space behind which the machine has memory or a device. */
export interface MappedRegion {
  base: bigint;
  /** Exclusive. */
  end: bigint;
}

/** The monitor's command that lists every address space as it is resolved. */
export const MEMORY_MAP_COMMAND = 'info mtree -f';
/** The address space that `pmemsave` and the gdb stub read. */
const SYSTEM = /^ AS "memory"/m;
const REGION = /^ {2}([0-9a-f]{16})-([0-9a-f]{16}) \(prio (-?\d+), [a-z/-]+\): ([^\r\n]*)\r?$/gm;
/** QEMU puts a device that it only pretends to have below everything else (hw/misc/unimp.h). */
const PRETENDED_PRIORITY = -1000;
/** A window of a PCI host bridge: what lies in it has regions of its own. */
const EMPTY_WINDOW = /^gpex_\w+_window/;

/** The machine's physical address space out of the answer to `info mtree -f`, in the order of addresses. */
export function parseMemoryMap(text: string): MappedRegion[] {
  const system = text.split('FlatView #').find((view) => SYSTEM.test(view)) ?? '';
  return [...system.matchAll(REGION)]
    .filter(([, , , priority, name]) => Number(priority) > PRETENDED_PRIORITY && !EMPTY_WINDOW.test(name as string))
    .map(([, first, last]) => ({ base: BigInt(`0x${first}`), end: BigInt(`0x${last}`) + 1n }))
    .sort((a, b) => (a.base < b.base ? -1 : 1));
}

const hex = (value: bigint) => `0x${value.toString(16)}`;

/** Why a range cannot be read; undefined when the machine has all of it. */
export function missingIn(map: readonly MappedRegion[], base: bigint, size: bigint): string | undefined {
  const end = base + size;
  let at = base;
  while (at < end) {
    const region = map.find((one) => one.base <= at && at < one.end);
    if (!region) return `the machine has nothing at ${hex(at)}`;
    at = region.end;
  }
  return undefined;
}

/** Whether a machine has anything in a range. */
export function hasAnything(map: readonly MappedRegion[], base: bigint, size: bigint): boolean {
  return map.some((region) => region.base < base + size && base < region.end);
}
