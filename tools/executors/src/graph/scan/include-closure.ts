// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { Looked } from '../facts';

/** How includes are found: what a file names, whether a path is a file, and where else than beside the file they may be. */
export interface IncludeSearch {
  includes(file: string): readonly string[];
  exists(file: string): boolean;
  folders?: readonly string[];
}

/**
 * Everything that files take in by name, and what that takes in: for each the places where the preprocessor looks, up to
 * where it finds it. A file that appears in an earlier place is the one that is taken then.
 */
export function includeClosure(files: readonly string[], search: IncludeSearch): Looked[] {
  const found = new Map<string, Looked>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const name of search.includes(file)) {
      const [, angled] = /^<(.*)>$/.exec(name) ?? [];
      const folders = [...(angled === undefined ? [posix.dirname(file)] : []), ...(search.folders ?? [])];
      const places = folders.map((folder) => posix.join(folder, angled ?? name));
      const inside = [...new Set(places)].filter((path) => !path.startsWith('../') && !posix.isAbsolute(path));
      const at = inside.findIndex((path) => search.exists(path));
      const looked = at < 0 ? inside : inside.slice(0, at + 1);
      if (looked.length > 0) found.set(looked.join('\n'), looked);
      if (at >= 0) visit(inside[at]!);
    }
  };
  files.forEach(visit);
  return [...found.values()];
}
