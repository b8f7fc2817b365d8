// SPDX-License-Identifier: Apache-2.0
import { ForgeError } from '@nexus-forge/process';
import type { ElfListing } from './examine';
import { parseSections, parseSymbols } from './parse';

/** Where the bytes of an image are. All sizes in bytes. */
export interface SizeReport {
  /** Size of the flat binary. */
  image: number;
  budget?: number;
  /** What the image needs beyond its bytes once it runs: stacks and zeroed data. */
  memory: number;
  /** Allocated sections with content, by name. */
  sections: Record<string, number>;
  /** Code and constants by module, largest first. */
  modules: Record<string, number>;
}

/** Tells the module that a source file's symbols belong to. */
export type ModuleOf = (file: string) => string;

/** Symbols that the compiler has made: tables of names, string literals. */
const GENERATED = /^(__anon_|__zig_|__unnamed|anon)/;

/** Where the bytes of an image are, by section and by module. */
export function sizeReport(listing: ElfListing, image: number, moduleOf: ModuleOf, budget?: number): SizeReport {
  const allocated = parseSections(listing.sections).filter(({ flags, size }) => flags.includes('A') && size > 0);
  const content = allocated.filter(({ type }) => type !== 'NOBITS');
  const reserved = allocated.filter(({ type }) => type === 'NOBITS');
  return {
    image,
    ...(budget === undefined ? {} : { budget }),
    memory: reserved.reduce((sum, { size }) => sum + size, 0),
    sections: Object.fromEntries(content.map(({ name, size }) => [name, size])),
    modules: modules(listing, moduleOf),
  };
}

/** Zig names a symbol `file.Container.function`, without the module that the file belongs to. */
function modules({ symbols }: ElfListing, moduleOf: ModuleOf): Record<string, number> {
  const sizes = new Map<string, number>();
  for (const { name, size, kind } of parseSymbols(symbols)) {
    if (size === 0 || /[bBaA]/.test(kind)) continue;
    const module = GENERATED.test(name) ? '(generated)' : name.includes('.') ? moduleOf(name.slice(0, name.indexOf('.'))) : '(assembly)';
    sizes.set(module, (sizes.get(module) ?? 0) + size);
  }
  return Object.fromEntries([...sizes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}

/** Refuses an image over its budget and shows where its bytes are. */
export function refuseOverBudget(file: string, report: SizeReport): void {
  const { image, budget, modules: parts } = report;
  if (budget === undefined || image <= budget) return;
  throw new ForgeError(`${file} is larger than its budget`, {
    expected: `at most ${budget} bytes`,
    found: `${image} bytes`,
    fix: 'make it smaller, or raise firmware.budget in board.yaml',
    output: Object.entries(parts).map(([name, size]) => `${String(size).padStart(8)}  ${name}`).join('\n'),
  });
}
