// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { prerequisites } from '@nexus-forge/process';
import { filesBelow } from '@nexus-forge/state';

/**
 * Variables of make that have the assembler write down what it reads by itself (`.incbin`, `.include`), from C as well
 * as from assembly: kbuild's own lists come from the preprocessor, and name none of it. kbuild takes both for the objects
 * of modules only, and expands them where an object is made (scripts/Makefile.lib, modkern_cflags).
 */
export const ASSEMBLER_LISTS: readonly string[] = ['CFLAGS_MODULE', 'AFLAGS_MODULE'].map(
  (name) => `${name}=-Wa,--MD,$(@D)/.$(@F).as.d`,
);

const LIST = /^\.(.*)\.as\.d$/;

/** Object → what the assembler has read for it, as absolute paths; `tree` is where make ran. */
export function assemblerReads(folder: string, tree: string): ReadonlyMap<string, string[]> {
  const lists = filesBelow(folder).filter((name) => LIST.test(basename(name)));
  return new Map(
    lists.map((name) => {
      const path = join(folder, name);
      const files = prerequisites(readFileSync(path, 'utf8')).map((file) => resolve(tree, file));
      const object = join(dirname(path), LIST.exec(basename(name))![1]!);
      // The text that the compiler hands to the assembler is gone by now.
      return [object, files.filter((file) => existsSync(file))];
    }),
  );
}
