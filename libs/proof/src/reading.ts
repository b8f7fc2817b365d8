// SPDX-License-Identifier: Apache-2.0
import { sha256, sha512 } from '@nexus-forge/artefact';
import { alwaysMet, everyDigest } from './always-met';
import type { FieldExpectation, Reading, Readings, Term } from './spec/types';
import { hex, isZero, toExpectation, type Datum } from './value';

interface Decoder {
  /** Bytes it needs; undefined: the condition says. */
  bytes?: number;
  /** Bits of a digest, which is as long whatever it is of. */
  digestBits?: number;
  decode(content: Buffer): Datum;
}

const DECODERS: Readonly<Record<Reading, Decoder>> = {
  sha256: { digestBits: 256, decode: (content) => sha256(content) },
  sha512: { digestBits: 512, decode: (content) => sha512(content) },
  u8: { bytes: 1, decode: (content) => hex(BigInt(content.readUInt8())) },
  u16: { bytes: 2, decode: (content) => hex(BigInt(content.readUInt16LE())) },
  u32: { bytes: 4, decode: (content) => hex(BigInt(content.readUInt32LE())) },
  u64: { bytes: 8, decode: (content) => hex(content.readBigUInt64LE()) },
  u32be: { bytes: 4, decode: (content) => hex(BigInt(content.readUInt32BE())) },
  hex: { decode: (content) => content.toString('hex') },
  text: { decode: (content) => content.toString('latin1').replace(/\0[\s\S]*$/, '') },
};

const NAMES = Object.keys(DECODERS) as Reading[];

/** The readings that a condition asks for, with what each must be. */
export function readingsOf(condition: Readings): Partial<Record<Reading, FieldExpectation>> {
  return Object.fromEntries(NAMES.flatMap((name) => (condition[name] === undefined ? [] : [[name, condition[name]]])));
}

/** Whether every reading has a length of its own, so that the condition need not say one. */
export function hasOwnLength(condition: Readings): boolean {
  return Object.keys(readingsOf(condition)).every((name) => DECODERS[name as Reading].bytes !== undefined);
}

/** How many bytes the readings need; `size` where they have no length of their own. */
export function bytesNeeded(condition: Readings, size: bigint = 0n): bigint {
  const own = Object.keys(readingsOf(condition)).map((name) => BigInt(DECODERS[name as Reading].bytes ?? 0));
  return [size, ...own].reduce((most, one) => (one > most ? one : most));
}

/** Values of all readings asked for. */
export function decode(condition: Readings, content: Buffer): Record<string, Datum> {
  return Object.fromEntries(Object.keys(readingsOf(condition)).map((name) => [name, DECODERS[name as Reading].decode(content)]));
}

/** Why readings could not fail, if so. */
export function vacuousReading(condition: Readings & { size?: Term }): string | undefined {
  if (Object.keys(readingsOf(condition)).length === 0) return `it reads nothing; say one of ${NAMES.join(', ')}`;
  if (isZero(condition.size)) return 'it reads no byte';
  if (condition.size === undefined && !hasOwnLength(condition)) return 'it has no size, so it reads no byte';
  return Object.entries(readingsOf(condition)).map(([name, field]) => vacuousValue(name as Reading, field)).find((why) => why !== undefined);
}

function vacuousValue(name: Reading, field: FieldExpectation): string | undefined {
  const { bytes, digestBits } = DECODERS[name];
  const number = bytes && alwaysMet(field, bytes * 8);
  const why = digestBits ? everyDigest(toExpectation(field), digestBits) : number || undefined;
  return why && `${name}: ${why}`;
}
