// SPDX-License-Identifier: Apache-2.0
import { ForgeError } from '@nexus-forge/process';
import { hasMagic, MAGIC } from './magic';

/** What the 64-byte header of an arm64 Image says (Linux Documentation/arm64/booting.rst, section 4). */
export interface Arm64ImageHeader {
  /** Bytes from a 2 MiB aligned base to where the Image is loaded. */
  textOffset: number;
  /** Bytes of memory the kernel takes from there on, BSS included. */
  imageSize: number;
  flags: bigint;
}

const HEADER_SIZE = 64;
const OFFSET = { textOffset: 8, imageSize: 16, flags: 24 } as const;
/** Bit 0 of the flags: the kernel is big-endian. */
const BIG_ENDIAN = 1n;

/** Reads and judges the header of a whole Image; `file` is what errors name. Throws a `ForgeError`. */
export function readArm64Image(content: Uint8Array, file: string): Arm64ImageHeader {
  const refuse = (expected: string, found: string): never => {
    throw new ForgeError(`${file} is not a usable arm64 Image`, { expected, found });
  };
  if (content.length < HEADER_SIZE) refuse(`a header of ${HEADER_SIZE} bytes`, `${content.length} bytes`);
  if (!hasMagic(content, MAGIC.arm64Image)) {
    refuse('"ARM\\x64" at byte 56', Buffer.from(content.subarray(56, 60)).toString('hex'));
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const textOffset = view.getBigUint64(OFFSET.textOffset, true);
  const imageSize = view.getBigUint64(OFFSET.imageSize, true);
  const flags = view.getBigUint64(OFFSET.flags, true);
  if ((flags & BIG_ENDIAN) !== 0n) refuse('a little-endian kernel', `flags 0x${flags.toString(16)}`);
  if (textOffset % 4096n !== 0n || textOffset >= 2n << 20n) {
    refuse('text_offset a multiple of 4 KiB below 2 MiB', `0x${textOffset.toString(16)}`);
  }
  if (imageSize < BigInt(content.length) || imageSize > BigInt(Number.MAX_SAFE_INTEGER)) {
    refuse(`image_size of at least the file's ${content.length} bytes`, imageSize.toString());
  }
  return { textOffset: Number(textOffset), imageSize: Number(imageSize), flags };
}
