// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { ForgeError, reportFailure } from '@nexus-forge/process';
import { inputsChangedSince, runBegan, type InputEntry } from './changed-inputs';

/** What a stage knows of its task; outside Nx (an audit, a test) only the root. */
export type StageContext = Pick<ExecutorContext, 'root'> & Partial<Pick<ExecutorContext, 'projectName' | 'targetName' | 'projectsConfigurations'>>;

/**
 * Does the work of a task, and gives what an Nx executor returns. Nx has taken the hash before: when an input was
 * edited meanwhile, the result belongs to neither state. It is a failure then, which Nx does not store, and the
 * outputs are removed.
 */
export function runStage(context: StageContext, work: () => Promise<void>): Promise<{ success: boolean }> {
  return reportFailure(async () => {
    await work();
    const changed = changedInputs(context);
    if (changed.length === 0) return;
    for (const folder of outputsOf(context)) rmSync(join(context.root, folder), { recursive: true, force: true });
    throw new ForgeError('inputs were written to while it ran: what came out belongs to neither state, and was removed', {
      found: changed.join(', '),
      fix: 'run it again',
    });
  });
}

function changedInputs(context: StageContext): string[] {
  const began = runBegan(process.env);
  if (began === undefined) return [];
  const { inputs = [], project } = targetOf(context);
  return inputsChangedSince(began, context.root, project?.root ?? '.', inputs as readonly InputEntry[]);
}

function outputsOf(context: StageContext): string[] {
  const { options } = targetOf(context);
  const folder = (options as { outputDirectory?: unknown } | undefined)?.outputDirectory;
  return typeof folder === 'string' ? [folder] : [];
}

function targetOf({ projectName = '', targetName = '', projectsConfigurations }: StageContext) {
  const project = projectsConfigurations?.projects[projectName];
  return { ...project?.targets?.[targetName], project };
}
