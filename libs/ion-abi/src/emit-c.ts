// SPDX-License-Identifier: Apache-2.0
import { allConstants, NOTICE } from './derived';
import { fieldType, uuidWords, type Enumeration, type IonAbi, type Scalar, type Structure } from './description';
import { hex, upperCase } from './names';
import { ringTable } from './ring-table';

const C_TYPE: Readonly<Record<Scalar, string>> = { u8: '__u8', u16: '__u16', u32: '__u32', u64: '__u64' };

/** What the kernel's types are where its headers are not. */
const HOST_TYPE: Readonly<Record<Scalar, string>> = {
  u8: 'unsigned char',
  u16: 'unsigned short',
  u32: 'unsigned int',
  u64: 'unsigned long long',
};

/**
 * The C binding: structures and constants, for the kernel and, with no header but the compiler's own <stddef.h>, for
 * anything else. The window is little-endian; so must be the machine, which is checked, since its fields are native
 * integers.
 */
export function emitC(abi: IonAbi): string {
  return [
    '/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */',
    '/*',
    ...NOTICE.map((line) => ` * ${line}`),
    ' */',
    '#ifndef ION_ABI_H',
    '#define ION_ABI_H',
    '',
    '#ifdef __KERNEL__',
    '#include <linux/stddef.h>',
    '#include <linux/types.h>',
    '#else',
    '#include <stddef.h>',
    '/* As asm-generic/int-ll64.h has them, so that a program may include <linux/types.h> as well. */',
    ...Object.entries(HOST_TYPE).map(([scalar, type]) => `typedef ${type} ${C_TYPE[scalar as Scalar]};`),
    '#endif',
    '',
    '#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__',
    '#error "the ION window is little-endian"',
    '#endif',
    '',
    ...allConstants(abi).flatMap((one) => define(one.name, literal(one.type, one.value), one.about)),
    '',
    ...abi.enums.flatMap(enumeration),
    ...abi.structs.flatMap(structure),
    ...layoutAsserts(abi.structs),
    ...sections(abi),
    ...rings(abi),
    ...hypercalls(abi),
    '#endif /* ION_ABI_H */',
    '',
  ].join('\n');
}

function literal(type: Scalar, value: number | string): string {
  return `${hex(value)}${type === 'u64' ? 'ULL' : 'U'}`;
}

function define(name: string, value: string, about: string): string[] {
  return [`/* ${about} */`, `#define ION_${upperCase(name)} ${value}`];
}

function enumeration(one: Enumeration): string[] {
  const values = one.values.flatMap((value) => define(`${one.name}_${value.name}`, literal(one.type, value.value), value.about));
  return [`/* ${one.about} */`, ...values, ''];
}

function structure(one: Structure): string[] {
  const fields = one.fields.flatMap((field) => {
    const { scalar, count } = fieldType(field.type);
    return [`\t/* ${field.about} */`, `\t${C_TYPE[scalar]} ${field.name}${count === undefined ? '' : `[${count}]`};`];
  });
  return [`/* ${one.about} */`, `struct ion_${one.name} {`, ...fields, '};', ''];
}

function layoutAsserts(structs: readonly Structure[]): string[] {
  const drift = (condition: string, what: string) => `_Static_assert(${condition}, "${what} drifted from ion-abi.yaml");`;
  const asserts = structs.flatMap((one) => [
    drift(`sizeof(struct ion_${one.name}) == ${one.size}`, `size of ion_${one.name}`),
    ...one.fields.map((field) =>
      drift(`offsetof(struct ion_${one.name}, ${field.name}) == ${field.offset}`, `offset of ion_${one.name}.${field.name}`),
    ),
  ]);
  return [...asserts, ''];
}

function sections(abi: IonAbi): string[] {
  const lines = abi.window.sections.flatMap((section) => [
    `#define ION_SECTION_${upperCase(section.name)}_OFFSET ${hex(section.offset)}U`,
    `#define ION_SECTION_${upperCase(section.name)}_SIZE ${hex(section.size)}U`,
  ]);
  return ['/* Sections of the window */', `#define ION_SECTION_COUNT ${abi.window.sections.length}U`, ...lines, ''];
}

function rings(abi: IonAbi): string[] {
  const table = ringTable(abi);
  return [
    '/* Place of a ring in the ring table, and its bit in a doorbell mask */',
    `#define ION_RING_COUNT ${table.length}U`,
    ...table.map((ring) => `#define ION_RING_${upperCase(ring.name)} ${ring.index}U`),
    '',
    '/* Channel ids */',
    ...table.map((ring) => `#define ION_CHANNEL_${upperCase(ring.name)} ${hex(ring.channel)}U`),
    '',
  ];
}

function hypercalls(abi: IonAbi): string[] {
  const { calls, vendor_uid: uid } = abi.hypercalls;
  return [
    '/* SMC Calling Convention function ids; conduit HVC */',
    ...calls.flatMap((call) => define(`hypercall_${call.name}`, `${hex(call.id)}U`, call.about)),
    '',
    `/* ${uid} as the UID query returns it in w0 to w3 */`,
    ...uuidWords(uid).map((word, index) => `#define ION_VENDOR_UID_WORD${index} ${hex(word)}U`),
    '',
  ];
}
