// SPDX-License-Identifier: Apache-2.0
import type { NxJsonConfiguration, ProjectConfiguration } from '@nx/devkit';
import manifest from '../../executors.json';
import { executorName } from '../graph/targets/definition';

/** Executors that run many targets in one process, as a target names them. */
const BATCHED: ReadonlySet<string> = new Set(
  Object.entries(manifest.executors).flatMap(([name, executor]) => ('preferBatch' in executor ? [executorName(name)] : [])),
);

/** How many tasks the largest batch could hold, of targets as Nx takes them from a plugin: by file, then by project. */
export function largestBatch(contributions: readonly (readonly [string, { projects?: Record<string, Partial<ProjectConfiguration>> }])[]): number {
  const counts = new Map<string, number>();
  for (const [, { projects = {} }] of contributions) {
    for (const { executor = '' } of Object.values(projects).flatMap(({ targets = {} }) => Object.values(targets))) {
      if (BATCHED.has(executor)) counts.set(executor, (counts.get(executor) ?? 0) + 1);
    }
  }
  return Math.max(0, ...counts.values());
}

const SAID = /^--(?:no-)?batch(?:=|$)/;

/**
 * The variable to set before a run: none, unless every batch would hold a single task. Such a batch saves nothing, but
 * Nx looks up and starts nothing else beside it. What the user says counts (Nx tells its daemon of `--batch`, though not
 * of NX_BATCH_MODE), and so do batches of other plugins.
 */
export function batchVariables(
  largest: number | undefined,
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
  { plugins = [] }: Pick<NxJsonConfiguration, 'plugins'>,
): Record<string, string> {
  const said = environment['NX_BATCH_MODE'] !== undefined || argv.some((argument) => SAID.test(argument));
  const alone = largest !== undefined && largest <= 1 && plugins.length === 1;
  return alone && !said ? { NX_BATCH_MODE: 'false' } : {};
}
