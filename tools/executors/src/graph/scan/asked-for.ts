// SPDX-License-Identifier: Apache-2.0

const ASKED = /\b__has_include(?:_next)?\s*\(\s*(?:"([^"\n]+)"|(<[^>\n]+>))\s*\)/g;

/**
 * Files that text has the preprocessor look for, without taking them in: one that is absent decides the result too. A
 * name in angle brackets keeps them, since it is not looked for beside the text.
 */
export function askedFor(text: string): string[] {
  return [...text.matchAll(ASKED)].map(([, quoted, angled]) => (quoted ?? angled)!);
}
