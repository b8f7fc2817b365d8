// SPDX-License-Identifier: Apache-2.0
import { askedFor } from './asked-for';

/** By the preprocessor, in quotes or below the workspace, by dtc itself, and bytes that dtc takes in. */
const TAKEN = /^[ \t]*(?:#[ \t]*include|\/include\/)[ \t]*"([^"\n]+)"|^[ \t]*#[ \t]*include[ \t]*<([^>\n]+)>|\/incbin\/\s*\(\s*"([^"\n]+)"/gm;

/** Every file that device-tree source names: those that it takes in, and those that it asks for. */
export function dtsReferences(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
  const taken = [...code.matchAll(TAKEN)].map(([, quoted, angled, bytes]) => (quoted ?? angled ?? bytes)!);
  return [...taken, ...askedFor(code)];
}
