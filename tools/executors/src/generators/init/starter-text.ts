// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';

const SCHEMAS = 'node_modules/@nexus-forge/nx/dist/schemas';

/** What another workspace's board says of its firmware; until the packages are there its targets say that they are missing. */
export const FIRMWARE = `# The kernel's and the stub's Zig packages, and the target of each build.
firmware:
  package: firmware/kernel
  stub: firmware/stub
  builds:
    firmware: {}`;

/** Paragraphs of board.yaml, by their key, that name what only the reference workspace has. */
const REPLACED: readonly [RegExp, string | undefined][] = [
  [/^bindings:/m, undefined],
  [/^firmware:/m, FIRMWARE],
];

/** A file of the reference workspace as another workspace can have it at the same `path`. */
export function forOtherWorkspace(path: string, text: string): string {
  const up = posix.relative(posix.dirname(path), '.') || '.';
  const named = text.replace(/(\$schema(?:=|": "))[^\s"]*\/([\w-]+\.schema\.json)/, `$1${up}/${SCHEMAS}/$2`);
  if (posix.basename(path) !== 'board.yaml') return named;
  const paragraphs = named.split(/\n{2,}/).flatMap((paragraph) => {
    const found = REPLACED.find(([key]) => key.test(paragraph));
    return found === undefined ? [paragraph] : (found[1] ?? []);
  });
  return `${paragraphs.join('\n\n').trimEnd()}\n`;
}
