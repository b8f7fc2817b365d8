// SPDX-License-Identifier: Apache-2.0
import { askedFor } from './asked-for';

/** Headers that C text includes with quotes, the ones that may be the workspace's own, and those that it asks for. */
export function includedHeaders(text: string): string[] {
  const included = [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm)].map((match) => match[1]!);
  return [...included, ...askedFor(text)];
}

/** Files that assembly takes in, be it in C text: `.incbin "x"`, `.include "x"`. */
export function assembledFiles(text: string): string[] {
  return [...text.matchAll(/\.(?:incbin|include)\s*\\?"([^"\\\n]+)\\?"/g)].map((match) => match[1]!);
}
