// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Makes the file `to` hold what `from` holds. A file that holds it already keeps its time, so that a tool that goes by
 * times, as make does, sees just what is new. A changed one has the time of the copy, which no earlier result has.
 * Gives whether it has changed.
 */
export function bringUpToDate(from: string, to: string): boolean {
  if (existsSync(to) && readFileSync(from).equals(readFileSync(to))) return false;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  return true;
}

/** The files below a folder, relative to it, in the order of their names; links are what they lead to. */
export function filesBelow(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix))
    .sort()
    .map((name) => (prefix === '' ? name : `${prefix}/${name}`))
    .flatMap((name) => (statSync(join(folder, name)).isDirectory() ? filesBelow(folder, name) : [name]));
}
