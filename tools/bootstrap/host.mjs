// SPDX-License-Identifier: Apache-2.0
// What the set-up asks of the machine before it begins: each fault is one clear line, before minutes are spent.
import { accessSync, constants, existsSync, readFileSync, statSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './setup-error.mjs';

/** Debian's releases whose packages this workspace is known to work with, by their code names. */
export const RELEASES = { bookworm: 'Debian 12 (bookworm)', trixie: 'Debian 13 (trixie)' };

/** The release of this machine as os-release(5) says it: its code name where it is Debian's, and what people call it. */
export function hostRelease(file = '/etc/os-release') {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const field = (name) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { name: field('ID') === 'debian' ? field('VERSION_CODENAME') : '', title: field('PRETTY_NAME') || 'an unknown system' };
}

/** Characters of a path that make, a search path or a shell script of the kernel takes for something else. */
const UNUSABLE = /[\p{Cc}:;"'`\\#%*?<>|\u0080-\u{10ffff}]/u;

/** Refuses a checkout in a place where the tools cannot work. */
export function refusePlace(root, script = join(root, 'firmware', 'rumpk', 'run_aarch64.sh')) {
  const character = UNUSABLE.exec(root)?.[0];
  if (character !== undefined) {
    throw new SetupError('the tools cannot work in a folder of this name', {
      expected: 'a path of ASCII letters, digits, spaces and . _ - + = , @ & $ ~ ( ) [ ] { } ! ^',
      found: `${JSON.stringify(character)} in ${root}`,
      fix: 'move the checkout to another folder',
    });
  }
  if (!mayExecute(script)) {
    throw new SetupError('nothing can be executed in this checkout', {
      expected: 'a file system that is mounted without noexec',
      found: `${script} is executable by its mode, and still must not be executed`,
      fix: 'move the checkout to another file system, or mount this one with exec',
    });
  }
}

/** Linux refuses access(2) for execution on a file system without exec. A file without the mode for it says nothing. */
function mayExecute(file) {
  if (!existsSync(file) || (statSync(file).mode & 0o111) === 0) return true;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Refuses a disk on which less than `bytes` is free for what is about to come. */
export function refuseFullDisk(folder, bytes, what, free = freeBytes) {
  const available = free(folder);
  if (available >= bytes) return;
  throw new SetupError('there is not enough room on the disk', {
    expected: `${gigabytes(bytes)} free for ${what}`,
    found: `${gigabytes(available)} in ${folder}`,
    fix: 'free some, or move the checkout to a larger disk',
  });
}

const gigabytes = (bytes) => `${(bytes / 1e9).toFixed(1)} GB`;

function freeBytes(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
