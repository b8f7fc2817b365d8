// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A line of `source_x.o := x.c` or, below `deps_x.o := \`, of one file. */
const SOURCE = /^source_\S+ := (\S+)$/;
const DEPENDENCY = /^ {2}(\S+) \\$/;

/** The files that one of kbuild's `.x.o.cmd` files names; relative paths are those of where make ran. */
export function filesOfCommand(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const file = (SOURCE.exec(line) ?? DEPENDENCY.exec(line))?.[1];
    return file === undefined || file.startsWith('$(') ? [] : [file];
  });
}

/** Absolute paths of what the objects below `folder` were made of, by what fixdep has written down; `tree` is where make ran. */
export function commandFileReads(folder: string, tree: string): string[] {
  // A folder of kernel objects has a link to all of the source.
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const lists = entries.filter((entry) => entry.isFile() && /^\..*\.cmd$/.test(entry.name));
  const read = lists.flatMap((entry) => filesOfCommand(readFileSync(join(entry.parentPath, entry.name), 'utf8')));
  const files = [...new Set(read)].map((file) => resolve(tree, file));
  return [...new Set(files)].filter((file) => !file.startsWith(`${tree}/`));
}
