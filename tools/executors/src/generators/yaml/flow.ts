// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml';

/** A number as addresses and sizes are written. */
export function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase()}`;
}

/** A range on one line. */
export function range({ base, size }: { base: number; size: number }): string {
  return `{ base: ${hex(base)}, size: ${hex(size)} }`;
}

/** A text as a value of its own; quoted only where it must be. */
export function scalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}

/** A list of texts on one line. */
export function list(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(', ')}]`;
}

/** A comment, broken at the width of a line. */
export function comment(text: string, indent = ''): string[] {
  const width = WIDTH - indent.length - 2;
  const lines = text.split(' ').reduce<string[]>((sofar, word) => {
    const last = sofar.at(-1);
    return last !== undefined && last.length + 1 + word.length <= width
      ? [...sofar.slice(0, -1), `${last} ${word}`]
      : [...sofar, word];
  }, []);
  return lines.map((line) => `${indent}# ${line}`);
}

const WIDTH = 118;
