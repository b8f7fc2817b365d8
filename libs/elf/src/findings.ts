// SPDX-License-Identifier: Apache-2.0
import type { ElfListing } from './examine';
import { parseSections, parseSegments } from './parse';

/** A rule about an ELF file: what of it breaks the rule, one line each. */
export type ElfRule = (listing: ElfListing) => string[];

/** How many lines of one kind are shown. */
const SHOWN = 5;

function shown(lines: readonly string[]): string[] {
  const rest = lines.length - SHOWN;
  return rest > 0 ? [...lines.slice(0, SHOWN), `… and ${rest} more`] : [...lines];
}

export const isAarch64: ElfRule = ({ header }) => {
  const machine = /^\s*Machine:\s*(.+)$/m.exec(header)?.[1]?.trim();
  const kind = /^\s*Class:\s*(.+)$/m.exec(header)?.[1]?.trim();
  return machine === 'AArch64' && kind === 'ELF64' ? [] : [`expected an AArch64 ELF64 file, found ${machine} ${kind}`];
};

export const hasLoadableSegment: ElfRule = ({ segments }) =>
  parseSegments(segments).length > 0 ? [] : ['no loadable segment'];

/** W^X: no page may be both written and executed. */
export const noWritableCode: ElfRule = ({ segments }) =>
  parseSegments(segments)
    .filter(({ flags }) => flags.includes('W') && flags.includes('E'))
    .map(({ address, flags }) => `the segment at ${address} is writable and executable (${flags})`);

export const noUndefinedSymbol: ElfRule = ({ undefinedSymbols }) => {
  const names = undefinedSymbols.split('\n').map((line) => line.trim().replace(/^[Uvw]\s+/, ''));
  return shown(names.filter((name) => name !== '').map((name) => `undefined symbol ${name}`));
};

/** Nobody applies relocations to what runs where it was linked. */
export const noRelocation: ElfRule = ({ relocations }) => {
  const sections = [...relocations.matchAll(/^Relocation section '([^']+)'.* contains (\d+) entr/gm)];
  return sections.map(([, name, count]) => `${count} relocations are left in ${name}`);
};

export const noWritableData: ElfRule = ({ segments, sections }) => [
  ...parseSegments(segments)
    .filter(({ flags }) => flags.includes('W'))
    .map(({ address, memorySize }) => `a writable segment of ${memorySize} bytes at ${address}`),
  ...parseSections(sections)
    .filter(({ flags, size }) => flags.includes('W') && flags.includes('A') && size > 0)
    .map(({ name, size }) => `writable data: section ${name}, ${size} bytes`),
];

/**
 * AArch64 FP, SIMD and SVE registers by any name (Arm ARM C1.2.5): they are the guest's, and an instruction that
 * touches one at EL2 would corrupt it or trap.
 */
const FP_REGISTER = /(?<![\w#<.])(?:[bhsdqvz](?:[12]?\d|3[01])(?:\.\d*[bhsdq])?|p(?:1[0-5]|\d)(?:\/[mz]|\.[bhsd])?|fp[cs]r)(?!\w)/i;

/** Mapping symbols ($x, $d) tell code from data in a section (ELF for the Arm 64-bit Architecture, 4.5.4). */
const MAPPING_SYMBOL = / \$[xd](?:\.\S*)?$/m;

export const noFloatingPoint: ElfRule = ({ code, symbols }) => {
  const instructions = code.split('\n').filter((line) => {
    const [, , mnemonic, operands = ''] = line.split('\t');
    return mnemonic !== undefined && FP_REGISTER.test(operands.replace(/<[^>]*>|\/\/.*$/g, ''));
  });
  if (instructions.length > 0 && !MAPPING_SYMBOL.test(symbols)) return unmapped(instructions.length);
  return shown(instructions.map((line) => `FP or SIMD register: ${line.trim().replace(/\s+/g, ' ')}`));
};

/** Without mapping symbols data is disassembled as if it were code, and looks like anything. */
function unmapped(words: number): string[] {
  return [
    `its symbols are missing ($x and $d, which tell code from data): ${words} words are FP or SIMD instructions, or data`,
    'to do: keep the symbols in the ELF file: no strip, no -s or -x for the linker, .strip = false in build.zig',
  ];
}

/** What an image must be that firmware enters at its link address. */
export const KERNEL_RULES: readonly ElfRule[] = [
  isAarch64,
  hasLoadableSegment,
  noWritableCode,
  noUndefinedSymbol,
  noRelocation,
  noFloatingPoint,
];

/** The EL2 stub keeps all state in the vCPU structure it is given, so it has no data of its own to write. */
export const STUB_RULES: readonly ElfRule[] = [...KERNEL_RULES, noWritableData];

export function findings(listing: ElfListing, rules: readonly ElfRule[]): string[] {
  return rules.flatMap((rule) => rule(listing));
}
