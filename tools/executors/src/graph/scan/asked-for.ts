// SPDX-License-Identifier: Apache-2.0

const ASKED = /\b__has_include(?:_next)?\s*\(\s*(?:"([^"\n]+)"|(<[^>\n]+>))\s*\)/g;

/**
 * Files that text has the preprocessor look for, without taking them in: one that is absent decides the result too. A
 * name in angle brackets keeps them, since it is not looked for beside the text.
 */
export function askedFor(text: string): string[] {
  return [...text.matchAll(ASKED)].map(([, quoted, angled]) => (quoted ?? angled)!);
}

/** Comments, and the definition of a substitute for compilers without it. */
const NO_CALL = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|^[ \t]*#[ \t]*define[ \t]+__has_include\w*\([^)\n]*\)/gm;
const BY_MACRO = /\b__has_include(?:_next)?\s*\(\s*([^"<)\s][^)\n]*)\)?/g;

/** A file that text asks for by what a macro expands to, and where. */
export interface AskedByMacro {
  asked: string;
  line: number;
  column: number;
}

/** Files that text asks for by names that only the preprocessor knows: `askedFor` cannot say which. */
export function askedByMacro(text: string): AskedByMacro[] {
  const code = text.replace(NO_CALL, (left) => left.replace(/[^\n]/g, ' '));
  return [...code.matchAll(BY_MACRO)].map((match) => {
    const lines = code.slice(0, match.index).split('\n');
    return { asked: match[1]!.trim(), line: lines.length, column: lines.at(-1)!.length + 1 };
  });
}
