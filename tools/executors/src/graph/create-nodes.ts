// SPDX-License-Identifier: Apache-2.0
import type { CreateNodesContextV2, CreateNodesResult } from '@nx/devkit';
import { MANIFEST_FILE, peekManifest, toolchainNodes } from '@nexus-forge/toolchain';
import { collectFacts } from './collect-facts';
import type { WorkspaceFacts } from './facts';
import { generateTargets } from './generate-targets';
import { Memory } from './memory';
import { resolveOptions, type PluginOptions } from './options';
import { isConfigFile, type Roots } from './roots';
import { refuseOwnOutputRoot } from '../output-folders';
import { stateOf } from '../stale-bundles';
import { recipesOf, type Recipes } from './recipe';

/** Folder of the bundles: where this file is, once bundled. */
export const BUNDLES = __dirname;

/** What the plugin infers: for each file, the projects and external nodes that it contributes. */
export function createNodesFrom(
  matched: readonly string[],
  options: PluginOptions | undefined,
  { workspaceRoot }: Pick<CreateNodesContextV2, 'workspaceRoot'>,
): [string, CreateNodesResult][] {
  const manifest = peekManifest(workspaceRoot);
  const resolved = resolveOptions(options);
  const files = matched.filter((file) => isConfigFile(file, resolved.roots));
  refuseOwnOutputRoot(workspaceRoot, resolved.outputRoot, files);
  const facts = rememberedFacts(workspaceRoot, files, resolved.roots, manifest);
  const recipes = recipesIn(workspaceRoot);
  const generation = {
    options: resolved,
    facts,
    recipe: recipes.inputs,
    hasManifest: files.includes(MANIFEST_FILE),
  };
  const nodes = { externalNodes: toolchainNodes(manifest) as unknown as CreateNodesResult['externalNodes'] };
  const contributions = generateTargets(generation).map(([file, projects]): [string, CreateNodesResult] => [file, { projects }]);
  return [...(files.includes(MANIFEST_FILE) ? [[MANIFEST_FILE, nodes] as [string, CreateNodesResult]] : []), ...contributions];
}

/** The facts of the workspace, read anew only where a file has changed. */
export function rememberedFacts(
  workspaceRoot: string,
  files: readonly string[],
  roots: Roots,
  manifest = peekManifest(workspaceRoot),
): WorkspaceFacts {
  const memory = new Memory(workspaceRoot, 'facts', stateOf(__filename));
  try {
    return collectFacts(workspaceRoot, files, manifest, memory, roots);
  } finally {
    memory.save();
  }
}

export function recipesIn(workspaceRoot: string): Recipes {
  return recipesOf(workspaceRoot, BUNDLES, nxVersion());
}

/** The version of the Nx that has loaded this plugin; it has its own package.json loaded already. */
function nxVersion(): string {
  try {
    return (require('nx/package.json') as { version: string }).version;
  } catch {
    return '0.0.0';
  }
}
