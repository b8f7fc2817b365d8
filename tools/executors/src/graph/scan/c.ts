// SPDX-License-Identifier: Apache-2.0

/** Headers that C text includes with quotes: the ones that may be the workspace's own. */
export function includedHeaders(text: string): string[] {
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm)].map((match) => match[1]!);
}
