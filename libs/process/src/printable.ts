// SPDX-License-Identifier: Apache-2.0

/** What must not reach a terminal as it is: controls but the tab, line separators, marks that draw nothing, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** A byte that is no UTF-8 is kept as U+DC00 plus the byte: a code unit that no text has. */
export const RAW_BYTE = 0xdc00;

function named(character: string): string {
  const code = character.codePointAt(0) as number;
  const value = code > RAW_BYTE && code <= RAW_BYTE + 0xff ? code - RAW_BYTE : code;
  return character === '\t' ? character : `<${value.toString(16).padStart(2, '0')}>`;
}

/** One line of text as it may go to a terminal or a report: a byte that belongs to no text is shown as `<1b>`. */
export function printable(line: string): string {
  return line.replace(UNPRINTABLE, named);
}
