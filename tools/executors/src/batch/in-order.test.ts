// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inOrder, type TaskOrder } from './in-order';

interface Result {
  success: boolean;
  after?: string;
}

/** Runs tasks that last as many milliseconds as `lasting` says; logs starts and results in their order. */
async function run(dependencies: TaskOrder['dependencies'], { limit = 2, failing = [] as string[], lasting = {} as Record<string, number> } = {}) {
  const log: string[] = [];
  let running = 0;
  let most = 0;
  const tasks = Object.fromEntries(Object.keys(dependencies).map((task) => [task, {}]));
  const results = inOrder<Result>(
    { tasks, dependencies },
    {
      limit,
      run: async (task) => {
        log.push(`+${task}`);
        most = Math.max(most, (running += 1));
        await sleep(lasting[task] ?? 0);
        running -= 1;
        return { success: !failing.includes(task) };
      },
      skip: (_task, after) => ({ success: false, after }),
    },
  );
  for await (const { task, result } of results) log.push(result.after ? `${task} not after ${result.after}` : `${task} ${result.success}`);
  return { log, most };
}

test('a task starts after those it depends on, named by id (Nx 22, 23) or by object (Nx 24)', async () => {
  for (const named of ['a', { id: 'a' }]) {
    assert.equal((await run({ b: [named], a: [] })).log, ['+a', 'a true', '+b', 'b true']);
  }
});

test('what lies outside the batch is done already', async () => {
  assert.equal((await run({ a: ['elsewhere:build'] })).log, ['+a', 'a true']);
});

test('tasks that do not depend on one another run at once, as many as allowed', async () => {
  const alone = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((task) => [task, []]));
  for (const limit of [1, 2, 4]) assert.is((await run(alone, { limit, lasting: { a: 20, b: 20, c: 20, d: 20 } })).most, limit);
});

test('a result is given when it is there, not when its turn is', async () => {
  const { log } = await run({ slow: [], fast: [], next: [] }, { lasting: { slow: 60 } });
  assert.equal(log, ['+slow', '+fast', 'fast true', '+next', 'next true', 'slow true']);
});

test('what depends on a failed task is never run, however far away; everything else is', async () => {
  const { log } = await run({ a: [], b: ['a'], c: ['b'], d: [], e: ['d'] }, { limit: 1, failing: ['a'] });
  assert.equal(log, ['+a', 'a false', 'b not after a', 'c not after b', '+d', 'd true', '+e', 'e true']);
});

test('tasks that wait for one another are an error, not an endless run', async () => {
  const error = await run({ a: ['b'], b: ['a'] }).then(() => undefined, (thrown: Error) => thrown);
  assert.is(error?.message, 'tasks that wait for one another: a, b');
});

test.run();
