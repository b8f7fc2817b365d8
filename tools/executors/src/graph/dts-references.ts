// SPDX-License-Identifier: Apache-2.0
import { dtsIncludes } from './scan/dts';

/** Files below the workspace by cpp's second way, and bytes that dtc takes in. */
const OTHERS = /^[ \t]*#[ \t]*include[ \t]*<([^>\n]+)>|\/incbin\/\s*\(\s*"([^"\n]+)"/gm;

/** Every file that device-tree source names. */
export function dtsReferences(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
  return [...dtsIncludes(text), ...[...code.matchAll(OTHERS)].map((match) => (match[1] ?? match[2])!)];
}
