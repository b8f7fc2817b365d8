// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { hasMagic, MAGIC } from '@nexus-forge/artefact';
import { KERNEL_RULES, parseSegments, STUB_RULES, type ElfListing, type ElfRule } from '@nexus-forge/elf';
import { ForgeError } from '@nexus-forge/process';

/** A kind of bare-metal image and what it has to be. */
export interface FirmwareKind {
  rules: readonly ElfRule[];
  /** Checks the flat image at `path`, which errors call `file`; throws a `ForgeError`. */
  checkImage(path: string, file: string, listing: ElfListing): void;
}

/** Offset of image_size, the memory an Image takes from its beginning on (Documentation/arm64/booting.rst, section 4). */
const IMAGE_SIZE_OFFSET = 16;

/** A kernel that a boot loader starts by the arm64 Image protocol. */
export const KERNEL: FirmwareKind = {
  rules: KERNEL_RULES,
  checkImage: (path, file) => {
    const content = readFileSync(path);
    const refuse = (expected: string, found: string): never => {
      throw new ForgeError(`${file} is not an arm64 Image`, { expected, found });
    };
    if (!hasMagic(content, MAGIC.arm64Image)) refuse('"ARM\\x64" at byte 56', content.subarray(56, 60).toString('hex') || 'end of file');
    const memory = content.readBigUInt64LE(IMAGE_SIZE_OFFSET);
    if (memory < BigInt(content.length)) refuse(`image_size of at least the file's ${content.length} bytes`, String(memory));
  },
};

/** The EL2 stub: one segment, byte for byte the flat image. */
export const STUB: FirmwareKind = {
  rules: STUB_RULES,
  checkImage: (path, file, { segments }) => {
    const loaded = parseSegments(segments);
    const size = readFileSync(path).length;
    if (loaded.length === 1 && loaded[0]!.fileSize === size) return;
    throw new ForgeError(`${file} is not the stub's one segment`, {
      expected: `one segment of ${size} bytes`,
      found: loaded.map(({ address, fileSize }) => `${fileSize} bytes at ${address}`).join(', '),
    });
  },
};
