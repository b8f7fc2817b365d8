// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { StarterPlaces } from './places';

const SCHEMAS = 'node_modules/@nexus-forge/nx/dist/schemas';

/** What another workspace's board says of its firmware; until a package is there its targets say that it is missing. */
export const firmwareIn = (folder: string) => `# The kernel's and the stub's Zig packages, and the target of each build.
firmware:
  package: ${posix.join(folder, 'kernel')}
  stub: ${posix.join(folder, 'stub')}
  builds:
    firmware: {}`;

/** Paragraphs of board.yaml, by their key, that name what only the reference workspace has, or has elsewhere. */
const REPLACED: readonly [RegExp, (places: StarterPlaces, paragraph: string) => string | undefined][] = [
  [/^bindings:/m, () => undefined],
  [/^firmware:/m, ({ firmware }) => firmwareIn(firmware)],
  [/^cell:/m, ({ cell }, paragraph) => paragraph.replace(/^cell:.*$/m, `cell: ${cell}`)],
];

/** A file of the reference workspace as another workspace can have it at the same `path`. */
export function forOtherWorkspace(path: string, text: string, places: StarterPlaces): string {
  const up = posix.relative(posix.dirname(path), '.') || '.';
  const named = text.replace(/(\$schema(?:=|": "))[^\s"]*\/([\w-]+\.schema\.json)/, `$1${up}/${SCHEMAS}/$2`);
  if (posix.basename(path) !== 'board.yaml') return named;
  const paragraphs = named.split(/\n{2,}/).flatMap((paragraph) => {
    const found = REPLACED.find(([key]) => key.test(paragraph));
    return found === undefined ? [paragraph] : (found[1](places, paragraph) ?? []);
  });
  return `${paragraphs.join('\n\n').trimEnd()}\n`;
}
