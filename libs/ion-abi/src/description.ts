// SPDX-License-Identifier: Apache-2.0

export type Scalar = 'u8' | 'u16' | 'u32' | 'u64';

export interface Constant {
  name: string;
  type: Scalar;
  /** Numbers above 2^53-1 are read as hexadecimal text. */
  value: number | string;
  about: string;
}

export interface Enumeration {
  name: string;
  type: Scalar;
  /** The values are bits of a set rather than alternatives. */
  bits?: boolean;
  about: string;
  values: { name: string; value: number; about: string }[];
}

export interface Field {
  name: string;
  /** A scalar, or an array of scalars such as `u32[5]`. */
  type: string;
  /** Bytes from the start of the structure. */
  offset: number;
  about: string;
}

export interface Structure {
  name: string;
  /** Bytes. */
  size: number;
  about: string;
  fields: Field[];
}

export interface WindowSection {
  name: string;
  kind: string;
  /** Bytes from the start of the window. */
  offset: number;
  /** Bytes. */
  size: number;
  access: string;
}

export interface RingDescription {
  name: string;
  channel: number;
  direction: 'host_to_guest' | 'guest_to_host';
  /** The enumeration of this ring's descriptor kinds. */
  kinds: string;
  slot_count: number;
  slots_offset: number;
  pool_offset: number;
  buffer_size: number;
  buffer_count: number;
}

export interface Hypercall {
  name: string;
  /** SMCCC function id. */
  id: number;
  about: string;
}

/** `ion-abi.yaml`, as read. Offsets and sizes are in bytes. */
export interface IonAbi {
  abi: 'ion';
  version: number;
  constants: Constant[];
  enums: Enumeration[];
  structs: Structure[];
  window: {
    ipa: number;
    size: number;
    section_table_offset: number;
    ring_table_offset: number;
    sections: WindowSection[];
  };
  rings: RingDescription[];
  hypercalls: { vendor_uid: string; calls: Hypercall[] };
}

const SCALAR_SIZE: Readonly<Record<Scalar, number>> = { u8: 1, u16: 2, u32: 4, u64: 8 };

/** A field's type taken apart. */
export interface FieldType {
  scalar: Scalar;
  /** Elements; undefined when the field is no array. */
  count: number | undefined;
  /** Bytes of one element, which is also its alignment. */
  elementSize: number;
  /** Bytes of the whole field. */
  size: number;
}

/** Takes a type such as `u32` or `u16[4]` apart; the schema has checked its form. */
export function fieldType(type: string): FieldType {
  const [, scalar, count] = /^(u\d+)(?:\[(\d+)\])?$/.exec(type) as unknown as [string, Scalar, string | undefined];
  const elementSize = SCALAR_SIZE[scalar];
  const elements = count === undefined ? undefined : Number(count);
  return { scalar, count: elements, elementSize, size: elementSize * (elements ?? 1) };
}

/** Bytes of a scalar. */
export function scalarSize(type: Scalar): number {
  return SCALAR_SIZE[type];
}

/** The four words that the UID query returns (SMC Calling Convention 8.2): bytes 0 to 3 of the UUID in w0, low first. */
export function uuidWords(uuid: string): [number, number, number, number] {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8), bytes.readUInt32LE(12)];
}
