// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** SHA-256 of bytes or text, 64 lower-case hex digits. */
export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** SHA-512 of bytes or text, 128 lower-case hex digits: two thirds of SHA-256's work for a 64-bit core without SIMD. */
export function sha512(content: Uint8Array | string): string {
  return createHash('sha512').update(content).digest('hex');
}

/** SHA-256 of a file's content. */
export function sha256File(path: string): string {
  return sha256(readFileSync(path));
}
