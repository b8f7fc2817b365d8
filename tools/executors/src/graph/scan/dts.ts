// SPDX-License-Identifier: Apache-2.0

/** Files that device-tree source includes, by the preprocessor or by dtc itself. */
export function dtsIncludes(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
  return [...code.matchAll(/^[ \t]*(?:#[ \t]*include|\/include\/)[ \t]*"([^"\n]+)"/gm)].map((match) => match[1]!);
}
