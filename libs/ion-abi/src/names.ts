// SPDX-License-Identifier: Apache-2.0

/** `ring_table` as `RingTable`. */
export function pascalCase(name: string): string {
  return name.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** `ring_table` as `ringTable`. */
export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

/** `ring_table` as `RING_TABLE`. */
export function upperCase(name: string): string {
  return name.toUpperCase();
}

/** Lower-case hexadecimal with its prefix; takes text, so that no digit of a 64-bit number is lost. */
export function hex(value: number | string | bigint): string {
  return `0x${BigInt(value).toString(16)}`;
}
