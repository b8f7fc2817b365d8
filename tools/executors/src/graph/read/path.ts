// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';

/** A path of a YAML file as Nx and everything else here writes it: `./a/../b/` is `b`. */
export function workspacePath(...parts: readonly string[]): string {
  return posix.join(...parts).replace(/(.)\/+$/, '$1');
}
