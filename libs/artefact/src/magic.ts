// SPDX-License-Identifier: Apache-2.0

/** A signature that a file of some kind carries at a fixed offset. */
export interface Magic {
  name: string;
  offset: number;
  bytes: readonly number[];
}

/** Signatures of the artefacts that targets make. */
export const MAGIC = {
  /** Documentation/arm64/booting.rst: "ARM\x64" at 56. */
  arm64Image: { name: 'arm64 Image', offset: 56, bytes: [0x41, 0x52, 0x4d, 0x64] },
  /** Devicetree Specification 5.2: 0xd00dfeed, big-endian. */
  deviceTreeBlob: { name: 'flattened device tree', offset: 0, bytes: [0xd0, 0x0d, 0xfe, 0xed] },
  elf: { name: 'ELF', offset: 0, bytes: [0x7f, 0x45, 0x4c, 0x46] },
  gzip: { name: 'gzip (RFC 1952)', offset: 0, bytes: [0x1f, 0x8b] },
  /** cpio "newc": 070701. */
  cpio: { name: 'newc cpio', offset: 0, bytes: [0x30, 0x37, 0x30, 0x37, 0x30, 0x31] },
} as const satisfies Record<string, Magic>;

/** Whether `content` carries the signature. */
export function hasMagic(content: Uint8Array, magic: Magic): boolean {
  return magic.bytes.every((byte, index) => content[magic.offset + index] === byte);
}
