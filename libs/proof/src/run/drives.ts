// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DriveSpec } from '../spec/types';

const SECTOR_BYTES = 512;
const KIB = 1024;

/** A sector's first content: its own number, over and over, so that a misplaced one is recognised. */
export function sectorContent(lba: number): Buffer {
  const label = `sector ${String(lba).padStart(8, '0')}\n`;
  return Buffer.alloc(SECTOR_BYTES, label, 'latin1');
}

/** Makes a drive's raw image in a folder, over an older one; its path. */
export function makeDrive({ id, size_kib }: DriveSpec, folder: string): string {
  const sectors = (size_kib * KIB) / SECTOR_BYTES;
  const path = join(folder, `${id}.img`);
  writeFileSync(path, Buffer.concat(Array.from({ length: sectors }, (_, lba) => sectorContent(lba))));
  return path;
}
