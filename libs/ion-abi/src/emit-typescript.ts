// SPDX-License-Identifier: Apache-2.0
import { allConstants, NOTICE } from './derived';
import { fieldType, uuidWords, type Enumeration, type Field, type IonAbi, type Scalar, type Structure } from './description';
import { camelCase, hex, pascalCase, upperCase } from './names';
import { ringTable } from './ring-table';

const GETTER: Readonly<Record<Scalar, string>> = { u8: 'getUint8', u16: 'getUint16', u32: 'getUint32', u64: 'getBigUint64' };

/** The TypeScript binding: constants, and readers of a window's bytes. 64-bit values are bigint, all others number. */
export function emitTypeScript(abi: IonAbi): string {
  return [
    '// SPDX-License-Identifier: Apache-2.0',
    ...NOTICE.map((line) => `// ${line}`),
    '',
    ...allConstants(abi).flatMap((one) => [`/** ${one.about}. */`, `export const ${upperCase(one.name)} = ${literal(one.type, one.value)};`]),
    '',
    ...abi.enums.flatMap(enumeration),
    ...abi.structs.flatMap(structure),
    ...rings(abi),
    ...hypercalls(abi),
    ...TABLE_READERS,
  ].join('\n');
}

function literal(type: Scalar, value: number | string): string {
  return `${hex(value)}${type === 'u64' ? 'n' : ''}`;
}

function enumeration(one: Enumeration): string[] {
  const name = pascalCase(one.name);
  const values = one.values.flatMap((value) => [`  /** ${value.about}. */`, `  ${camelCase(value.name)}: ${literal(one.type, value.value)},`]);
  return [`/** ${one.about}. */`, `export const ${name} = {`, ...values, '} as const;', ''];
}

function structure(one: Structure): string[] {
  const name = pascalCase(one.name);
  return [
    `/** ${one.about}; ${one.size} bytes. */`,
    `export interface ${name} {`,
    ...one.fields.flatMap((field) => [`  /** ${field.about}. */`, `  ${camelCase(field.name)}: ${fieldTypeName(field)};`]),
    '}',
    `export const ${upperCase(one.name)}_SIZE = ${one.size};`,
    `/** Reads a ${name} at \`at\`, in bytes from the start of \`view\`; throws a RangeError beyond its end. */`,
    `export function read${name}(view: DataView, at = 0): ${name} {`,
    '  return {',
    ...one.fields.map((field) => `    ${camelCase(field.name)}: ${read(field)},`),
    '  };',
    '}',
    '',
  ];
}

function fieldTypeName(field: Field): string {
  const { scalar, count } = fieldType(field.type);
  const element = scalar === 'u64' ? 'bigint' : 'number';
  return count === undefined ? element : `${element}[]`;
}

function read(field: Field): string {
  const { scalar, count, elementSize } = fieldType(field.type);
  const end = scalar === 'u8' ? ')' : ', true)';
  const get = (offset: string) => `view.${GETTER[scalar]}(${offset}${end}`;
  if (count === undefined) return get(`at + ${field.offset}`);
  return `Array.from({ length: ${count} }, (_, i) => ${get(`at + ${field.offset} + i * ${elementSize}`)})`;
}

function rings(abi: IonAbi): string[] {
  const table = ringTable(abi);
  const member = (value: (ring: (typeof table)[number]) => string | number) =>
    table.map((ring) => `  ${camelCase(ring.name)}: ${value(ring)},`);
  return [
    '/** Place of a ring in the ring table, and its bit in a doorbell mask. */',
    'export const RingIndex = {',
    ...member((ring) => ring.index),
    '} as const;',
    '',
    '/** Channel id of a ring. */',
    'export const Channel = {',
    ...member((ring) => hex(ring.channel)),
    '} as const;',
    '',
  ];
}

function hypercalls(abi: IonAbi): string[] {
  const { calls, vendor_uid: uid } = abi.hypercalls;
  return [
    '/** SMC Calling Convention function ids; conduit HVC. */',
    'export const Hypercall = {',
    ...calls.flatMap((call) => [`  /** ${call.about}. */`, `  ${camelCase(call.name)}: ${hex(call.id)},`]),
    '} as const;',
    '',
    `/** ${uid} as the UID query returns it in w0 to w3. */`,
    `export const VENDOR_UID_WORDS = [${uuidWords(uid).map(hex).join(', ')}] as const;`,
    '',
  ];
}

/** Readers that follow the header's own counts and offsets, as a guest does. */
const TABLE_READERS = [
  '/** Reads the section table that the header names. */',
  'export function readSectionTable(view: DataView): Section[] {',
  '  const { sectionCount, sectionTableOffset } = readHeader(view);',
  '  return Array.from({ length: sectionCount }, (_, i) => readSection(view, sectionTableOffset + i * SECTION_SIZE));',
  '}',
  '',
  '/** Reads the ring table that the header names. */',
  'export function readRingTable(view: DataView): Ring[] {',
  '  const { ringCount, ringTableOffset } = readHeader(view);',
  '  return Array.from({ length: ringCount }, (_, i) => readRing(view, ringTableOffset + i * RING_SIZE));',
  '}',
  '',
  '/** Reads the slot of a free-running index (rule R1). */',
  'export function readSlot(view: DataView, ring: Ring, index: number): Descriptor {',
  '  return readDescriptor(view, ring.slotsOffset + (index % ring.slotCount) * ring.slotSize);',
  '}',
  '',
  '/** Reads the free-running index and the event index of an index cell (`producerOffset` or `consumerOffset` of a ring). */',
  'export function readIndexCell(view: DataView, at: number): { index: number; event: number } {',
  '  return { index: view.getUint32(at, true), event: view.getUint32(at + EVENT_INDEX_OFFSET, true) };',
  '}',
  '',
];
