// SPDX-License-Identifier: Apache-2.0
import { statfsSync } from 'node:fs';
import { ForgeError } from './error';

/** How Node, the C library and Zig say that there is no room, or none for this user. */
const SAYS_FULL = /\b(ENOSPC|EDQUOT|NoSpaceLeft|DiskQuota)\b|No space left on device|Disk quota exceeded/;
/** Less than this is full: tools remove what they could not finish. */
const LITTLE_BYTES = 4 << 20;

/** Whether an error was caused by a full disk. */
export function saysFull(error: unknown): boolean {
  return error instanceof Error && SAYS_FULL.test(error.message);
}

const kib = (bytes: number) => `${Math.floor(bytes / 1024)} KiB`;

class FullDiskError extends ForgeError {
  constructor(folder: string, free: number, size: number, cause: Error) {
    super('the disk is full', {
      expected: `room in ${folder}`,
      found: `${kib(free)} free of ${kib(size)}`,
      fix: 'make room there, then run it again',
      output: cause.message,
    });
  }
}

/** The error that names `folder` as the place that is full, if that is the cause; otherwise the same error. */
export function explainFullDisk(error: unknown, folder: string): unknown {
  if (!saysFull(error) || error instanceof FullDiskError) return error;
  const { bavail, blocks, bsize } = statfsSync(folder);
  return bavail * bsize < LITTLE_BYTES ? new FullDiskError(folder, bavail * bsize, blocks * bsize, error as Error) : error;
}
