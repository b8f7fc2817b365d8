// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatPlace, ForgeError } from '@nexus-forge/process';
import { parseFragment, type RequestedOption } from './fragment';

/** What became of an option that is not what was asked. */
export interface DroppedOption extends RequestedOption {
  got: string;
}

/** The values in a `.config`; an option that has no line in it is off. */
export function readConfiguration(text: string): ReadonlyMap<string, string> {
  return new Map(parseFragment(text, '.config').map(({ symbol, value }) => [symbol, value]));
}

/** The options whose final value is another than the one asked for, or that do not exist. */
export function findDropped(
  requested: readonly RequestedOption[],
  final: ReadonlyMap<string, string>,
  unknown: ReadonlySet<string>,
): DroppedOption[] {
  return requested
    .map((option) => ({ ...option, got: final.get(option.symbol) ?? 'n' }))
    .filter(({ symbol, value, got }) => value !== got || unknown.has(symbol));
}

/** The options that no Kconfig file declares: most often a slip of the pen. */
export function findUnknown(
  requested: readonly RequestedOption[],
  final: ReadonlyMap<string, string>,
  declared: () => ReadonlySet<string>,
): ReadonlySet<string> {
  /* What the final configuration names exists; only for the rest the Kconfig files have to be read. */
  const doubtful = requested.filter(({ symbol }) => !final.has(symbol));
  if (doubtful.length === 0) return new Set();
  const known = declared();
  return new Set(doubtful.filter(({ symbol }) => !known.has(symbol)).map(({ symbol }) => symbol));
}

/** Every symbol that a Kconfig file of the source declares, whatever its conditions. */
export function declaredSymbols(source: string): ReadonlySet<string> {
  const symbols = new Set<string>();
  for (const name of readdirSync(source, { recursive: true }) as string[]) {
    if (!/(^|\/)Kconfig[^/]*$/.test(name)) continue;
    for (const match of readText(join(source, name)).matchAll(/^\s*(?:menu)?config\s+([A-Za-z0-9_]+)\s*$/gm)) {
      symbols.add(`CONFIG_${match[1]}`);
    }
  }
  return symbols;
}

/** Folders can be named Kconfig as well. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Refuses a configuration in which an option of the fragments is not as asked. */
export function refuseDropped(dropped: readonly DroppedOption[], unknown: ReadonlySet<string>): void {
  const first = dropped[0];
  if (first === undefined) return;
  const lines = dropped.map((option) => `${formatPlace(option.at)}: ${option.symbol}: ${describeDrop(option, unknown)}`);
  const others = dropped.length - 1;
  throw new ForgeError(`${first.symbol} ${unknown.has(first.symbol) ? 'does not exist in this kernel' : 'was dropped by olddefconfig'}`, {
    at: first.at,
    expected: first.value,
    found: unknown.has(first.symbol) ? 'no Kconfig file declares it' : first.got,
    fix: unknown.has(first.symbol)
      ? 'correct its name or remove it'
      : 'ask for what it depends on as well, or remove it; `make menuconfig` shows the dependencies under "/"',
    output: others > 0 ? lines.join('\n') : undefined,
  });
}

function describeDrop({ symbol, value, got }: DroppedOption, unknown: ReadonlySet<string>): string {
  return unknown.has(symbol) ? 'no such option in this kernel' : `asked ${value}, got ${got}`;
}
