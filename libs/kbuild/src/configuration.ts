// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatPlace, ForgeError } from '@nexus-forge/process';
import type { RequestedOption } from './fragment';

/** What became of an option that is not what was asked. */
export interface DroppedOption extends RequestedOption {
  got: string;
}

/** Options without which a build, half an hour later, lacks what is made of it, and what each is for. */
const NEEDED: readonly [symbol: string, why: string][] = [
  ['CONFIG_MODULES', 'without it there is no Module.symvers, and no module can be built'],
  ['CONFIG_BLK_DEV_INITRD', 'without it the kernel takes no initramfs, and builds no usr/gen_init_cpio to make one with'],
];

/** Refuses a configuration that what a build has to give cannot come of; `file` is the description that names the fragments. */
export function refuseUnusable(final: ReadonlyMap<string, string>, file: string): void {
  const missing = NEEDED.filter(([symbol]) => final.get(symbol) !== 'y');
  if (missing.length === 0) return;
  throw new ForgeError(`the configuration lacks ${missing.map(([symbol]) => symbol).join(' and ')}`, {
    at: { file },
    expected: missing.map(([symbol]) => `${symbol}=y`).join(', '),
    found: missing.map(([symbol]) => final.get(symbol) ?? 'n').join(', '),
    fix: `ask for it in a fragment: ${missing.map(([, why]) => why).join('; ')}`,
  });
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
