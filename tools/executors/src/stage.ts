// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExecutorContext, TargetConfiguration } from '@nx/devkit';
import { declaredInputs, matchesGlob } from '@nexus-forge/audit';
import { ForgeError } from '@nexus-forge/process';
import { localFolder } from './graph/recipe';

/** A target of this plugin as one can run it outside Nx. */
export interface Stage {
  /** `project:target`. */
  id: string;
  projectRoot: string;
  executor: string;
  options: Readonly<Record<string, unknown>>;
  inputs: readonly (string | Record<string, unknown>)[];
  /** Workspace-relative. */
  outputDirectory: string;
}

const EXECUTOR = /^@nexus-forge\/nx:(.+)$/;

/** The stage behind a target of the project that `context` runs in. */
export function stageOf(context: ExecutorContext, target: string): Stage {
  const project = context.projectName ?? '';
  const { root, targets = {} } = context.projectsConfigurations.projects[project] ?? { root: '' };
  const found: TargetConfiguration | undefined = targets[target];
  const executor = EXECUTOR.exec(found?.executor ?? '')?.[1];
  if (found === undefined || executor === undefined) {
    throw new ForgeError(`${project}:${target} is not a stage of this plugin`, {
      expected: 'a target whose executor is @nexus-forge/nx:…',
      found: found?.executor ?? `targets of ${project}: ${Object.keys(targets).join(', ')}`,
    });
  }
  const options = (found.options ?? {}) as Record<string, unknown>;
  return {
    id: `${project}:${target}`,
    projectRoot: root,
    executor,
    options,
    inputs: (found.inputs ?? []) as Stage['inputs'],
    outputDirectory: String(options['outputDirectory']),
  };
}

/** Folder of the bundles: this one's, once bundled, is a folder of it. */
export const BUNDLES = join(__dirname, '..');

/** The folder of the plugin's bundles, workspace-relative, where the plugin is part of the workspace. */
export function ownBundles(workspaceRoot: string): string | undefined {
  return localFolder(workspaceRoot, BUNDLES);
}

/**
 * What git does not know and a stage needs in a second place, workspace-relative: the outputs of its producers, which
 * lie below the same top folder as its own, and the plugin's bundles where they are the workspace's.
 */
export function artefactsFor(stage: Stage, workspaceRoot: string): string[] {
  const [outputs = ''] = stage.outputDirectory.split('/');
  return [outputs, ownBundles(workspaceRoot)].filter((path): path is string => path !== undefined);
}

/** The `paths` (workspace-relative) that a stage declares as its sources; what other targets make is none. */
export function sourcesAmong({ inputs, projectRoot }: Stage, paths: readonly string[]): string[] {
  const sources = inputs.filter((input) => typeof input === 'string' || 'fileset' in input);
  const { groups } = declaredInputs(sources, projectRoot, [], []);
  return paths.filter((path) => groups.some((group) => matchesGlob(path, group)));
}

/**
 * The command that runs a stage as Nx would, in the copy at `root` of the workspace at `workspaceRoot`. It uses the
 * copy's own bundles where the plugin is part of the workspace. The order lies in a file in the copy.
 */
export function stageCommand(stage: Stage, root: string, workspaceRoot: string): string[] {
  const [projectName, targetName] = stage.id.split(':');
  const own = ownBundles(workspaceRoot);
  const bundles = own === undefined ? BUNDLES : join(root, own);
  const order = {
    bundle: join(bundles, 'executors', `${stage.executor}.js`),
    context: { root, cwd: root, isVerbose: false, projectName, targetName },
    options: stage.options,
  };
  const file = join(root, '.nexus-forge', `run-${stage.id.replace(/\W/g, '-')}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(order));
  return [process.execPath, join(bundles, 'cli', 'run-executor.js'), file];
}
