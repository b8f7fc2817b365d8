// SPDX-License-Identifier: Apache-2.0
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The files of the package that an installed Python program starts, sorted. Where bootstrap has unpacked its wheel, the
 * package lies beside the program, and so does all that it needs: everything there counts. Otherwise it is in the
 * libraries of the environment whose `bin` the program is in (https://docs.python.org/3/library/site.html). None when
 * it is in neither. Compiled files are left out: Python makes them anew when they are not of their source.
 */
export function packageFiles(program: string, name: string): string[] {
  const folder = dirname(program);
  if (entriesOf(join(folder, name)).length > 0) return filesBelow(folder).sort();
  const folders = [...new Set([folder, dirname(realpathSync(program))])];
  return folders.flatMap(librariesBeside).flatMap((library) => filesBelow(join(library, name))).sort();
}

const VERSION = /^python3(\.\d+)?$/;

function librariesBeside(bin: string): string[] {
  const lib = join(bin, '..', 'lib');
  return entriesOf(lib)
    .filter((entry) => VERSION.test(entry.name))
    .flatMap((entry) => ['site-packages', 'dist-packages'].map((kind) => join(lib, entry.name, kind)));
}

function filesBelow(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === '__pycache__' ? [] : filesBelow(path);
    return entry.isFile() || (entry.isSymbolicLink() && isFile(path)) ? [path] : [];
  });
}

/** Some installers link to a store of theirs, file by file. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
