// SPDX-License-Identifier: Apache-2.0
// How a source is spoilt: whatever reads it cannot go on. Pure.

/** What is put behind a file of a kind, so that no tool takes it. */
const BREAKS = [
  [/\.(zig|zon)$/, '\n!\n'],
  [/\.[chS]$/, '\n#error spoilt\n'],
  [/\.(ld|lds|dts|dtsi)$/, '\n!\n'],
  [/\.config$/, '\nCONFIG_THERE_IS_NO_SUCH_OPTION=y\n'],
  [/\.sh$/, '\n(\n'],
  [/(^|\/)Kbuild$/, '\n$(error spoilt)\n'],
  [/\.(yaml|yml|json)$/, '\n\t]\n'],
];

/** What to append to a file, by its path; undefined for a kind that nobody has said it of. */
export const breakOf = (path) => BREAKS.find(([pattern]) => pattern.test(path))?.[1];
