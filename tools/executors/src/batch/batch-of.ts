// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { inOrder, type Finished } from './in-order';
import { tasksAtOnce } from './parallelism';
import { routeConsole, withSink } from './task-console';

type Executor<T> = (options: T, context: ExecutorContext) => Promise<{ success: boolean }>;

/** What Nx takes for one task of a batch; times in milliseconds since 1970. */
export interface TaskResult {
  success: boolean;
  status: 'success' | 'failure' | 'skipped';
  terminalOutput: string;
  startTime?: number;
  endTime?: number;
}

/** Gives each result as soon as it is there, which Nx 22, 23 and 24 all take. */
export type Batch<T> = (
  graph: TaskGraph,
  options: Readonly<Record<string, T>>,
  overrides: unknown,
  context: ExecutorContext,
) => AsyncGenerator<Finished<TaskResult>>;

/**
 * Turns an executor into one that runs many targets in one process, each as if it had the process for itself. What
 * it is for, and for which executors it would be wrong: docs/how-it-works.md.
 */
export function batchOf<T>(executor: Executor<T>): Batch<T> {
  return async function* batch(graph, options, _overrides, context) {
    const restoreConsole = routeConsole();
    // Each running task has listeners of its own for the end of the process: many are no leak here.
    process.setMaxListeners(0);
    try {
      yield* inOrder(graph, {
        limit: tasksAtOnce(process.env, context.nxJsonConfiguration?.parallel, availableParallelism()),
        run: (task) => runTask(task, () => executor(options[task]!, contextOf(graph, task, context))),
        skip: (_task, failed) => ({ success: false, status: 'skipped', terminalOutput: `not run: ${failed} failed` }),
      });
    } finally {
      restoreConsole();
      // Nx keeps the channel open until its own end: without this the process would stay as long, doing nothing.
      process.channel?.unref();
    }
  };
}

/** The context that the executor would have in a process of its own. */
function contextOf(graph: TaskGraph, task: string, context: ExecutorContext): ExecutorContext {
  const { project, target, configuration } = graph.tasks[task]!.target;
  const configured = context.projectsConfigurations.projects[project]?.targets?.[target];
  return { ...context, projectName: project, targetName: target, configurationName: configuration, target: configured };
}

async function runTask(task: string, work: () => Promise<{ success: boolean }>): Promise<TaskResult> {
  const startTime = Date.now();
  let terminalOutput = '';
  const live = liveSink(task, process.env);
  const sink = (text: string, stream: 'stdout' | 'stderr'): void => {
    terminalOutput += text;
    live?.(text, stream);
  };
  const success = await withSink(sink, () => succeeds(work));
  return { success, status: success ? 'success' : 'failure', terminalOutput, startTime, endTime: Date.now() };
}

async function succeeds(work: () => Promise<{ success: boolean }>): Promise<boolean> {
  try {
    return (await work()).success;
  } catch (error) {
    console.error(error);
    return false;
  }
}

/** Where lines go at once when the reader asked for a stream; Nx shows the whole of a task only at its end. */
function liveSink(task: string, environment: NodeJS.ProcessEnv) {
  if (environment['NX_STREAM_OUTPUT'] !== 'true') return undefined;
  const prefix = environment['NX_PREFIX_OUTPUT'] === 'false' ? '' : `${task}: `;
  return (text: string, stream: 'stdout' | 'stderr') => void process[stream].write(text.replace(/^(?=.)/gm, prefix));
}
