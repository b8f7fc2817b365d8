// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join } from 'node:path';
import { ForgeError } from '@nexus-forge/process';

/** cpp's note of which file and line its output goes on with. */
const MARKER = /^# (\d+) "([^"\n]*)".*$/;
/** What dtc itself takes in. */
const TAKES = /(\/include\/\s*|\/incbin\/\s*\(\s*)"([^"\n]+)"/g;

/**
 * Preprocessed source whose `/include/` and `/incbin/` name their files from the folder that dtc runs in. dtc would look
 * beside the file that it reads, which is no fragment any more. `exists` takes such a path. Throws a `ForgeError` with
 * the place for a file that is neither beside the fragment nor there.
 */
export function fromRoot(source: string, exists: (path: string) => boolean): string {
  let file = '';
  let line = 0;
  return source
    .split('\n')
    .map((text) => {
      const [, number, name] = MARKER.exec(text) ?? [];
      if (name === undefined) {
        const at = { file, line: line++ };
        return text.replace(TAKES, (_, keyword: string, path: string) => `${keyword}"${located(path, at, exists)}"`);
      }
      file = name;
      line = Number(number);
      return text;
    })
    .join('\n');
}

function located(path: string, at: { file: string; line: number }, exists: (path: string) => boolean): string {
  const places = isAbsolute(path) ? [path] : [...new Set([join(at.file, '..', path), path])];
  const found = places.find(exists);
  if (found !== undefined) return found;
  throw new ForgeError(`the fragment takes in ${path}, which is not there`, { at, expected: `one of ${places.join(', ')}` });
}
