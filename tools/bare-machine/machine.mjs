// SPDX-License-Identifier: Apache-2.0
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { onPath } from '../bootstrap/programs.mjs';

const NEEDED_BYTES = 20e9;

/** What this tool needs of the machine, told in one line before anything is done. */
export function faultOfMachine() {
  if (process.getuid?.() !== 0) return 'a root file system is made by root: run it as root';
  const missing = ['debootstrap', 'unshare', 'setpriv', 'git', 'npm'].filter((name) => !onPath(name));
  if (missing.length > 0) return `missing: ${missing.join(', ')}; to do: apt-get update && apt-get install --yes debootstrap util-linux git`;
  const { bavail, bsize } = statfsSync(tmpdir());
  if (bavail * bsize < NEEDED_BYTES) return `${tmpdir()} has ${Math.round((bavail * bsize) / 1e9)} GB free, expected ${NEEDED_BYTES / 1e9} GB; to do: free some, or name another folder in TMPDIR`;
  return undefined;
}
