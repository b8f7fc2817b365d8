// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ForgeError } from '@nexus-forge/process';

/** What make, kbuild and the lists of gen_init_cpio take in a path. The rest separates words for them, or means something. */
const PLAIN = /^[\w./+@^~-]+$/;

/** The same in words. */
export const PLAIN_PATH = 'letters, digits and . / _ + @ ^ ~ -';

/** Whether make and kbuild can work at a path. */
export function isPlainPath(path: string): boolean {
  return PLAIN.test(path);
}

/** Where a person's programs may keep what they can make again (XDG Base Directory Specification), then scratch. */
const elsewhere = (): string[] => [process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), tmpdir()];

/**
 * The folder for kept state that make works in: the workspace's own, unless its path has a space or another sign that
 * make cannot take in a path. Then it is one of the person's cache, the same for each run in that workspace.
 */
export function plainStateFolder(workspaceRoot: string, stateDirectory: string): string {
  const own = join(workspaceRoot, stateDirectory);
  if (isPlainPath(join(realpathSync(workspaceRoot), stateDirectory)) && isPlainPath(own)) return own;
  const base = elsewhere().find(isPlainPath);
  if (base === undefined || !isPlainPath(stateDirectory)) {
    throw new ForgeError('make cannot work in this place', {
      expected: `a path of ${PLAIN_PATH}`,
      found: base === undefined ? [own, ...elsewhere()].join(', ') : stateDirectory,
      fix: base === undefined ? 'set XDG_CACHE_HOME to a folder with such a path' : 'correct the option stateDirectory',
    });
  }
  const name = createHash('sha256').update(realpathSync(workspaceRoot)).digest('hex').slice(0, 16);
  const folder = join(base, 'nexus-forge', name, stateDirectory);
  mkdirSync(folder, { recursive: true });
  return folder;
}
