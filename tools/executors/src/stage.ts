// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExecutorContext, TargetConfiguration } from '@nx/devkit';
import { ForgeError, runTool } from '@nexus-forge/process';

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

/** The command that runs a stage as Nx would, in the workspace at `root`; the order lies in a file there. */
export function stageCommand(stage: Stage, root: string): string[] {
  const [projectName, targetName] = stage.id.split(':');
  const order = {
    bundle: join(__dirname, `${stage.executor}.js`),
    context: { root, cwd: root, isVerbose: false, projectName, targetName },
    options: stage.options,
  };
  const file = join(root, '.nexus-forge', `run-${stage.id.replace(/\W/g, '-')}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(order));
  return [process.execPath, join(__dirname, '..', 'cli', 'run-executor.js'), file];
}

/** Runs a stage in the workspace at `root`; its lines are shown only when it fails. */
export async function runStage(stage: Stage, { root, timeoutMs }: { root: string; timeoutMs: number }): Promise<void> {
  const [command = '', ...args] = stageCommand(stage, root);
  await runTool({ command, args, cwd: root, timeoutMs });
}
