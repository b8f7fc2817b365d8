// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Edits texts as somebody might: a blank line at the top, which moves every line number that a compiler writes into
 * what it makes. Other files, and scripts, which begin with the name of their interpreter, are left alone. Gives what
 * takes the edit back.
 */
export function editTexts(root: string, paths: readonly string[]): () => void {
  const texts = paths.map((path) => join(root, path)).map((file) => ({ file, content: readFileSync(file) }));
  const edited = texts.filter(({ content }) => !content.includes(0) && content.subarray(0, 2).toString('latin1') !== '#!');
  for (const { file, content } of edited) writeFileSync(file, Buffer.concat([Buffer.from('\n'), content]));
  return () => {
    for (const { file, content } of edited) writeFileSync(file, content);
  };
}
