// SPDX-License-Identifier: Apache-2.0
/**
 * The prerequisites of a dependency file's one rule, as cpp, gcc, the assembler and dtc write it: `main.o: main.c
 * report.h \`. Spaces in names have a backslash, a dollar sign is doubled.
 */
export function prerequisites(text: string): string[] {
  const words = text.replace(/\\\n/g, ' ').replace(/^(?:\\.|[^\\])*?:(?=\s|$)/, '').match(/(?:\\.|[^\s\\])+/g) ?? [];
  return words.map((word) => word.replace(/\\(.)/g, '$1').replace(/\$\$/g, '$'));
}
