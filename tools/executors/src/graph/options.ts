// SPDX-License-Identifier: Apache-2.0

import { isAbsolute, normalize } from 'node:path/posix';
import { ForgeError } from '@nexus-forge/process';

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
}

export interface ResolvedOptions {
  targetNames: TargetNames;
  outputRoot: string;
}

export function resolveOptions(options: PluginOptions = {}): ResolvedOptions {
  return {
    targetNames: { ...DEFAULT_TARGET_NAMES, ...plainNames(options.targetNames ?? {}) },
    outputRoot: folderInside(options.outputRoot ?? 'dist'),
  };
}

/** Nx takes outputs for globs: `!out` means everything but `out`, and an entry of the cache would hold the cache. */
const GLOB = /^!|[*?[\]{}()\\]/;
/** Folders that are somebody else's; what lies in Nx's own would be stored in itself. */
const TAKEN = /^(\.git|\.nx|\.nexus-forge|\.toolchain|node_modules)(\/|$)/;

/** Names of targets, each a part of the path of its outputs. */
function plainNames(names: Partial<TargetNames>): Partial<TargetNames> {
  for (const [key, name] of Object.entries(names)) {
    if (typeof name === 'string' && !GLOB.test(name) && /^[^\s/:]+$/.test(name) && !/^\.\.?$/.test(name)) continue;
    throw new ForgeError(`the option targetNames.${key} of the plugin is no name of a target`, {
      at: { file: 'nx.json' },
      expected: 'a word without white space, / and :, that is no glob',
      found: JSON.stringify(name),
    });
  }
  return names;
}

/** A folder of the workspace as one spelling. Throws a `ForgeError` for the workspace itself, and for one outside. */
function folderInside(given: string): string {
  const folder = normalize(`${given}/`).slice(0, -1);
  if (given !== '' && !isAbsolute(given) && !/^\.\.?(\/|$)/.test(folder) && !GLOB.test(folder) && !TAKEN.test(folder)) return folder;
  throw new ForgeError('the option outputRoot of the plugin is no folder of the workspace', {
    at: { file: 'nx.json' },
    expected: 'a folder inside the workspace for outputs alone, as in dist, whose name is no glob',
    found: JSON.stringify(given),
  });
}
