// SPDX-License-Identifier: Apache-2.0

/** What the objects of an earlier run were made of. */
export interface Lists {
  /** Files that make holds the objects against by itself. */
  byMake: readonly string[];
  /** Object → files that only its assembler has read. */
  byAssembler: ReadonlyMap<string, readonly string[]>;
}

/**
 * What make would take for new although a file has changed: the objects whose assembler has read it, or everything when
 * nothing tells what was made of it (a Kbuild, a table that a rule of it reads, the symbols of another module).
 */
export function outdated(changed: readonly string[], { byMake, byAssembler }: Lists): readonly string[] | 'everything' {
  const known = new Set([...byMake, ...[...byAssembler.values()].flat()]);
  if (changed.some((path) => !known.has(path))) return 'everything';
  const isChanged = new Set(changed);
  return [...byAssembler].filter(([, files]) => files.some((file) => isChanged.has(file))).map(([object]) => object);
}
