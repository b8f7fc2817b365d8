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
    targetNames: { ...DEFAULT_TARGET_NAMES, ...options.targetNames },
    outputRoot: folderInside(options.outputRoot ?? 'dist'),
  };
}

/** A folder of the workspace as one spelling. Throws a `ForgeError` for the workspace itself, and for one outside. */
function folderInside(given: string): string {
  const folder = normalize(`${given}/`).slice(0, -1);
  if (given !== '' && !isAbsolute(given) && !/^\.\.?(\/|$)/.test(folder)) return folder;
  throw new ForgeError('the option outputRoot of the plugin is no folder of the workspace', {
    at: { file: 'nx.json' },
    expected: 'a folder inside the workspace, as in dist',
    found: JSON.stringify(given),
  });
}
