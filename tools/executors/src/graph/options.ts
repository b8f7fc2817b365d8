// SPDX-License-Identifier: Apache-2.0

import { isAbsolute, normalize } from 'node:path/posix';
import { ForgeError } from '@nexus-forge/process';
import { DEFAULT_ROOTS, ROOT_KINDS, type RootKind, type Roots } from './roots';

/** Names of the targets that are inferred; each can be changed in nx.json. */
export const DEFAULT_TARGET_NAMES = {
  audit: 'audit',
  bindings: 'generate',
  build: 'build',
  cellBundle: 'cell-bundle',
  deviceTree: 'device-tree',
  el2Stub: 'el2-stub',
  hostTest: 'test',
  initramfs: 'initramfs',
  linuxImage: 'image',
  module: 'module',
  proof: 'proof',
  verifyReproducible: 'verify-reproducible',
} as const;

export type TargetNames = Record<keyof typeof DEFAULT_TARGET_NAMES, string>;

/** Options of the plugin's entry in nx.json. */
export interface PluginOptions {
  targetNames?: Partial<TargetNames>;
  /** Folder of all outputs, workspace-relative; a target writes to `<outputRoot>/<project>/<target>`. */
  outputRoot?: string;
  /** Folders of each kind of file, workspace-relative; one, or a list of several. */
  roots?: Partial<Record<RootKind, string | readonly string[]>>;
}

export interface ResolvedOptions {
  targetNames: TargetNames;
  outputRoot: string;
  roots: Roots;
}

type Known<Name extends string> = { readonly [name in Name]?: unknown };

/** Options as they stand in nx.json, with defaults. Throws a `ForgeError` for what is no option or no value of one. */
export function resolveOptions(options?: unknown): ResolvedOptions {
  const { targetNames, outputRoot, roots } = mapping('', options, ['targetNames', 'outputRoot', 'roots']);
  return {
    targetNames: { ...DEFAULT_TARGET_NAMES, ...plainNames(targetNames) },
    outputRoot: outputRoot === undefined ? 'dist' : outputFolder(outputRoot),
    roots: { ...DEFAULT_ROOTS, ...rootFolders(roots) },
  };
}

/** The plugin's options out of nx.json as a whole; none where it names the plugin by its name alone, or not at all. */
export function optionsIn(nxJson: { plugins?: readonly unknown[] } | null | undefined, plugin: string): unknown {
  const entries = (nxJson?.plugins ?? []) as readonly (string | { plugin?: unknown; options?: unknown })[];
  const entry = entries.find((one) => typeof one === 'object' && one.plugin === plugin);
  return typeof entry === 'object' ? entry.options : undefined;
}

/** Nx takes outputs for globs: `!out` means everything but `out`, and an entry of the cache would hold the cache. */
const GLOB = /^!|[*?[\]{}()\\]/;
/** Folders that are somebody else's; what lies in Nx's own would be stored in itself. */
const TAKEN = /^(\.git|\.nx|\.nexus-forge|\.toolchain|node_modules)(\/|$)/;

/** An option that holds others by their names; left out, it holds none. */
function mapping<Name extends string>(option: string, value: unknown, known: readonly Name[]): Known<Name> {
  if (value === undefined) return {};
  const names = known.join(', ');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const what = option === '' ? 'the options of the plugin are' : `the option ${option} of the plugin is`;
    throw fault(`${what} no object`, `an object with some of ${names}`, value);
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name as Name));
  if (unknown === undefined) return value as Known<Name>;
  throw new ForgeError(`the plugin has no option ${option === '' ? '' : `${option}.`}${unknown}`, {
    at: { file: 'nx.json' },
    expected: `one of ${names}`,
    fix: 'correct it, or take it out',
  });
}

/** Names of targets, each a part of the path of its outputs. */
function plainNames(value: unknown): Partial<TargetNames> {
  const names = mapping('targetNames', value, Object.keys(DEFAULT_TARGET_NAMES));
  for (const [key, name] of Object.entries(names)) {
    if (typeof name === 'string' && !GLOB.test(name) && /^[^\s/:]+$/.test(name) && !/^\.\.?$/.test(name)) continue;
    const summary = `the option targetNames.${key} of the plugin is no name of a target`;
    throw fault(summary, 'a word without white space, / and :, that is no glob', name);
  }
  return names as Partial<TargetNames>;
}

function rootFolders(value: unknown): Partial<Roots> {
  const roots = mapping('roots', value, ROOT_KINDS);
  return Object.fromEntries(Object.entries(roots).map(([kind, given]) => [kind, foldersOf(`roots.${kind}`, given)]));
}

/** One folder or several, each once; the workspace itself is one too. */
function foldersOf(option: string, given: unknown): string[] {
  const listed = Array.isArray(given) ? (given as unknown[]) : [given];
  const folders = listed.map((one) => (one === '.' || one === './' ? '.' : folderInside(one)));
  const found = folders.filter((folder) => folder !== undefined);
  if (found.length === folders.length && found.length > 0) return [...new Set(found)];
  const expected = 'a folder inside the workspace, or a list of some, whose names are no globs';
  throw fault(`the option ${option} of the plugin is no folder of the workspace`, expected, given);
}

function outputFolder(given: unknown): string {
  const folder = folderInside(given);
  if (folder !== undefined) return folder;
  const expected = 'a folder inside the workspace for outputs alone, as in dist, whose name is no glob';
  throw fault('the option outputRoot of the plugin is no folder of the workspace', expected, given);
}

/** A folder below the workspace as one spelling; nothing for the workspace itself, and for one outside. */
function folderInside(given: unknown): string | undefined {
  if (typeof given !== 'string' || given === '' || isAbsolute(given)) return undefined;
  const folder = normalize(`${given}/`).slice(0, -1);
  return /^\.\.?(\/|$)/.test(folder) || GLOB.test(folder) || TAKEN.test(folder) ? undefined : folder;
}

function fault(summary: string, expected: string, found: unknown): ForgeError {
  return new ForgeError(summary, { at: { file: 'nx.json' }, expected, found: JSON.stringify(found) });
}
