// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, join, posix, relative, sep } from 'node:path';
import { ToolState } from '@nexus-forge/toolchain';
import { workspaceFile, type Input } from './targets/definition';

/** How an executor's own code gets into the hash of its targets. */
export interface Recipes {
  inputs(executor: string): Input[];
  /** Variables to set before a run, for what Nx can't read by itself. */
  variables(): Record<string, string>;
}

/** First Nx that takes git-ignored files as inputs. */
const INCLUDE_IGNORED_SINCE: readonly [number, number] = [23, 3];

/**
 * Nx does not hash a local executor's code. Where the plugin is part of the workspace, its bundle is named as an
 * input file, and so is its digest in recipes.json: the bundle is git-ignored, so `nx affected` finds only this. Where
 * the plugin is installed as a package, or Nx is too old to take an ignored file, the digest goes through a variable.
 */
export function recipesOf(workspaceRoot: string, bundles: string, nxVersion: string): Recipes {
  const local = localFolder(workspaceRoot, bundles);
  if (local !== undefined && takesIgnoredFiles(nxVersion)) {
    const recipes = workspaceFile(posix.join(local, '..', RECIPES_FILE));
    return {
      inputs: (executor) => [
        { fileset: workspaceFile(`${local}/executors/${executor}.js`), includeIgnored: true } as Input,
        { json: recipes, fields: [executor] } as Input,
      ],
      variables: () => ({}),
    };
  }
  return {
    inputs: (executor) => [{ env: recipeVariable(executor) }],
    variables: () => digestVariables(workspaceRoot, join(bundles, 'executors')),
  };
}

/** The bundles' folder, workspace-relative, when the plugin is part of the workspace. */
export function localFolder(workspaceRoot: string, bundles: string): string | undefined {
  const path = relative(realpathSync(workspaceRoot), realpathSync(bundles));
  const parts = path.split(sep);
  return parts[0] === '..' || parts.includes('node_modules') ? undefined : parts.join('/');
}

export function takesIgnoredFiles(nxVersion: string): boolean {
  const [major = 0, minor = 0] = nxVersion.split('.').map(Number);
  const [sinceMajor, sinceMinor] = INCLUDE_IGNORED_SINCE;
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

/** File that the bundler writes beside the bundles' folder: executor → SHA-256 of its bundle. */
const RECIPES_FILE = 'recipes.json';

function recipeVariable(executor: string): string {
  return `NEXUS_FORGE_RECIPE_${executor.toUpperCase().replace(/-/g, '_')}`;
}

function digestVariables(workspaceRoot: string, folder: string): Record<string, string> {
  const state = new ToolState(workspaceRoot);
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.js')) : [];
  const variables = files.map((name) => [recipeVariable(basename(name, '.js')), state.digestOf(join(folder, name))]);
  state.save();
  return Object.fromEntries(variables);
}
