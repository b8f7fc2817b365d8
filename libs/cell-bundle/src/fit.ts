// SPDX-License-Identifier: Apache-2.0
import type { Arm64ImageHeader } from '@nexus-forge/artefact';
import type { LoadedCell } from '@nexus-forge/devicetree';
import { ForgeError } from '@nexus-forge/process';

const PAGE = 0x1000;
/** The device tree has the last 2 MiB of the carve-out to itself (Documentation/arm64/booting.rst, section 2). */
const DEVICE_TREE_ROOM = 0x200000;
const BLOCK = 0x200000;

export interface MemberSizes {
  image: Arm64ImageHeader;
  /** Bytes of the file. */
  initramfs: number;
  deviceTree: number;
}

const hex = (value: number) => `0x${value.toString(16)}`;

const toPages = (bytes: number) => Math.ceil(bytes / PAGE) * PAGE;

/** Bytes of carve-out that the members need, placed as Rumpk places them: Image, initramfs on pages, device tree. */
export function neededBytes({ image, initramfs }: MemberSizes): number {
  return toPages(image.textOffset + image.imageSize) + toPages(initramfs) + DEVICE_TREE_ROOM;
}

/** Refuses members that the carve-out cannot hold; the error names the carve-out's line in the cell's manifest. */
export function checkFit(cell: LoadedCell, sizes: MemberSizes): void {
  if (sizes.deviceTree > DEVICE_TREE_ROOM) {
    throw new ForgeError('cell.dtb is larger than the boot protocol allows', { expected: `at most ${DEVICE_TREE_ROOM} bytes`, found: String(sizes.deviceTree) });
  }
  const { size } = cell.value.carve_out;
  const needed = neededBytes(sizes);
  if (size >= needed) return;
  const { image, initramfs } = sizes;
  throw new ForgeError(`the carve-out of ${cell.value.name} is too small`, {
    at: cell.placeOf(['carve_out', 'size']),
    // carve_out.size has to be a multiple of 2 MiB.
    expected: `at least ${hex(Math.ceil(needed / BLOCK) * BLOCK)}: Image ${hex(image.textOffset + image.imageSize)}, initramfs ${hex(initramfs)}, device tree ${hex(DEVICE_TREE_ROOM)}`,
    found: hex(size),
    fix: 'enlarge carve_out.size there, or make Image or initramfs smaller',
  });
}
