// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { filesBelow } from '@nexus-forge/state';

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
  const lists = filesBelow(folder).filter((name) => /^\..*\.cmd$/.test(basename(name)));
  const files = lists.flatMap((name) => filesOfCommand(readFileSync(join(folder, name), 'utf8'))).map((file) => resolve(tree, file));
  return [...new Set(files)].filter((file) => !file.startsWith(`${tree}/`));
}
