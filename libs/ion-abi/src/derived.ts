// SPDX-License-Identifier: Apache-2.0
import type { Constant, IonAbi } from './description';

/** Constants that stand in another part of the description, then those of its own list: what every binding carries. */
export function allConstants(abi: IonAbi): Constant[] {
  const { window } = abi;
  return [
    { name: 'abi_version', type: 'u32', value: abi.version, about: 'Version of this ABI' },
    { name: 'window_ipa', type: 'u64', value: window.ipa, about: 'Where every cell sees its window' },
    { name: 'window_size', type: 'u32', value: window.size, about: 'Bytes of the window' },
    { name: 'section_table_offset', type: 'u32', value: window.section_table_offset, about: 'Window offset of the section table' },
    { name: 'ring_table_offset', type: 'u32', value: window.ring_table_offset, about: 'Window offset of the ring table' },
    ...abi.constants,
  ];
}

/** The numbers of the descriptor kinds of an enumeration, ascending. */
export function kindNumbers(abi: IonAbi, enumeration: string): number[] {
  const values = abi.enums.find((one) => one.name === enumeration)?.values ?? [];
  return values.map((one) => one.value).sort((a, b) => a - b);
}

/** The number of an enumeration's value; the checks have made sure that it exists. */
export function enumNumber(abi: IonAbi, enumeration: string, name: string): number {
  return abi.enums.find((one) => one.name === enumeration)?.values.find((one) => one.name === name)?.value ?? 0;
}

/** The first lines of every binding, without comment marks. */
export const NOTICE = [
  'Generated from libs/ion-abi/ion-abi.yaml by `nx run ion-abi:generate`: edit that file, not this one.',
  'The ION window: the memory that Rumpk and one cell share. All values in it are little-endian.',
] as const;
