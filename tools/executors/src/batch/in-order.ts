// SPDX-License-Identifier: Apache-2.0

/** What a batch's task graph says of order. Nx 22 and 23 name a dependency by its id, Nx 24 by an object. */
export interface TaskOrder {
  tasks: Readonly<Record<string, unknown>>;
  dependencies: Readonly<Record<string, readonly (string | { id: string })[]>>;
}

export interface Finished<R> {
  task: string;
  result: R;
}

export interface Work<R> {
  /** How many tasks may run at the same time. */
  limit: number;
  /** Runs a task; a failure is a result, never a rejection. */
  run(task: string): Promise<R>;
  /** The result of a task that cannot run, because `failed` has failed. */
  skip(task: string, failed: string): R;
}

/** Runs the tasks of a graph, each after those it depends on, and gives every result as soon as it is there. */
export async function* inOrder<R extends { success: boolean }>(order: TaskOrder, { limit, run, skip }: Work<R>): AsyncGenerator<Finished<R>> {
  const waiting = new Map(Object.keys(order.tasks).map((task) => [task, prerequisites(order, task)]));
  const running = new Map<string, Promise<Finished<R>>>();
  const succeeded = new Map<string, boolean>();
  const finish = (finished: Finished<R>): Finished<R> => {
    running.delete(finished.task);
    succeeded.set(finished.task, finished.result.success);
    return finished;
  };
  for (;;) {
    const stopped = firstStopped(waiting, succeeded);
    if (stopped) {
      waiting.delete(stopped.task);
      yield finish({ task: stopped.task, result: skip(stopped.task, stopped.failed) });
      continue;
    }
    for (const [task, needs] of waiting) {
      if (running.size >= limit || !needs.every((need) => succeeded.get(need))) continue;
      waiting.delete(task);
      running.set(task, run(task).then((result) => ({ task, result })));
    }
    if (running.size === 0) break;
    yield finish(await Promise.race(running.values()));
  }
  if (waiting.size > 0) throw new Error(`tasks that wait for one another: ${[...waiting.keys()].join(', ')}`);
}

/** What a task of the batch waits for inside the batch; everything else was done before it. */
function prerequisites({ tasks, dependencies }: TaskOrder, task: string): string[] {
  const ids = (dependencies[task] ?? []).map((dependency) => (typeof dependency === 'string' ? dependency : dependency.id));
  return ids.filter((id) => id in tasks);
}

function firstStopped(waiting: ReadonlyMap<string, string[]>, succeeded: ReadonlyMap<string, boolean>) {
  for (const [task, needs] of waiting) {
    const failed = needs.find((need) => succeeded.get(need) === false);
    if (failed !== undefined) return { task, failed };
  }
  return undefined;
}
