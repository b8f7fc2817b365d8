// SPDX-License-Identifier: Apache-2.0
import { askedFor } from './asked-for';

/** Files that device-tree source includes, by the preprocessor or by dtc itself, and those that it asks for. */
export function dtsIncludes(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
  const included = [...code.matchAll(/^[ \t]*(?:#[ \t]*include|\/include\/)[ \t]*"([^"\n]+)"/gm)].map((match) => match[1]!);
  return [...included, ...askedFor(code)];
}
