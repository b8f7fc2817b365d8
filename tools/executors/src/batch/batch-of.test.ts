// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { generateTargets } from '../graph/generate-targets';
import { generation, REFERENCE } from '../graph/testing/reference-facts';
import { batchOf, type TaskResult } from './batch-of';

interface Options {
  does: 'succeed' | 'fail' | 'throw';
}

const CONTEXT = {
  root: '/w',
  cwd: '/w',
  isVerbose: false,
  nxJsonConfiguration: { parallel: 2 },
  projectsConfigurations: { version: 2, projects: { a: { root: 'a', targets: { build: { executor: 'x:y' } } } } },
} as unknown as ExecutorContext;

const seen: Partial<ExecutorContext>[] = [];
const batch = batchOf<Options>(async ({ does }, context) => {
  seen.push(context);
  console.log(`${context.projectName} begins`);
  await new Promise((resolve) => setTimeout(resolve, 5));
  console.error(`${context.projectName} ends`);
  if (does === 'throw') throw new Error('a defect');
  return { success: does === 'succeed' };
});

async function run(does: Record<string, Options['does']>, dependencies: Record<string, string[]> = {}): Promise<Record<string, TaskResult>> {
  const ids = Object.keys(does).map((project) => `${project}:build`);
  const graph = {
    tasks: Object.fromEntries(ids.map((id) => [id, { id, target: { project: id.split(':')[0], target: 'build', configuration: 'debug' } }])),
    dependencies: Object.fromEntries(ids.map((id) => [id, dependencies[id] ?? []])),
  } as unknown as TaskGraph;
  const options = Object.fromEntries(Object.entries(does).map(([project, word]) => [`${project}:build`, { does: word }]));
  const results: Record<string, TaskResult> = {};
  for await (const { task, result } of batch(graph, options, {}, CONTEXT)) results[task] = result;
  return results;
}

const test = suite('batch of an executor');
test.before.each(() => {
  seen.length = 0;
});

test('each task has its own options, context, output, times and result', async () => {
  const before = Date.now();
  const results = await run({ a: 'succeed', b: 'fail', c: 'succeed' });
  assert.equal(
    Object.keys(results).sort().map((id) => [id, results[id]?.success, results[id]?.status, results[id]?.terminalOutput]),
    [
      ['a:build', true, 'success', 'a begins\na ends\n'],
      ['b:build', false, 'failure', 'b begins\nb ends\n'],
      ['c:build', true, 'success', 'c begins\nc ends\n'],
    ],
  );
  for (const { startTime = 0, endTime = 0 } of Object.values(results)) assert.ok(before <= startTime && startTime < endTime && endTime <= Date.now());
  const { projectName, targetName, configurationName, target, root } = seen[0] ?? {};
  assert.equal({ projectName, targetName, configurationName, target, root }, { projectName: 'a', targetName: 'build', configurationName: 'debug', target: { executor: 'x:y' }, root: '/w' });
});

test('a defect of one task is that task’s failure, with its stack', async () => {
  const results = await run({ a: 'throw', b: 'succeed' });
  assert.match(results['a:build']?.terminalOutput ?? '', /a ends\nError: a defect\n {4}at /);
  assert.equal([results['a:build']?.status, results['b:build']?.status], ['failure', 'success']);
});

test('what depends on a failed task is skipped and says why', async () => {
  const results = await run({ a: 'fail', b: 'succeed' }, { 'b:build': ['a:build'] });
  assert.equal(results['b:build'], { success: false, status: 'skipped', terminalOutput: 'not run: a:build failed' });
  assert.is(seen.length, 1);
});

const STREAMS: [title: string, stream: string, prefix: string, expected: string[]][] = [
  ['nothing is shown before its end', '', '', []],
  ['a stream is shown at once, with the names', 'true', 'true', ['a:build: a begins\n', 'a:build: a ends\n']],
  ['a stream without prefixes', 'true', 'false', ['a begins\n', 'a ends\n']],
];
for (const [title, stream, prefix, expected] of STREAMS) {
  test(title, async () => {
    const { NX_STREAM_OUTPUT = '', NX_PREFIX_OUTPUT = '' } = process.env;
    Object.assign(process.env, { NX_STREAM_OUTPUT: stream, NX_PREFIX_OUTPUT: prefix });
    const shown: string[] = [];
    const take = (text: string | Uint8Array) => shown.push(String(text)) > 0;
    const written = { stdout: process.stdout.write, stderr: process.stderr.write };
    process.stdout.write = process.stderr.write = take;
    try {
      await run({ a: 'succeed' });
    } finally {
      process.stdout.write = written.stdout;
      process.stderr.write = written.stderr;
      Object.assign(process.env, { NX_STREAM_OUTPUT, NX_PREFIX_OUTPUT });
    }
    assert.equal(shown, expected);
  });
}

/** Inside one batch Nx looks up no consumer of a task that runs, and older Nx stores it under a key made too early. */
test('no target that runs in batches takes what another target of its executor makes', () => {
  const { executors } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'executors.json'), 'utf8')) as {
    executors: Record<string, { implementation: string; batchImplementation?: string; preferBatch?: boolean }>;
  };
  const batched = Object.entries(executors).filter(([, { preferBatch }]) => preferBatch);
  assert.equal(batched.map(([name]) => name), ['cell-bundle', 'device-tree', 'el2-stub']);
  for (const [, { implementation, batchImplementation }] of batched) assert.is(batchImplementation, `${implementation}#batch`);

  const projects = generateTargets(generation(REFERENCE)).flatMap(([, byRoot]) => Object.values(byRoot));
  const executorOf = new Map(
    projects.flatMap(({ name, targets = {} }) => Object.entries(targets).map(([target, { executor }]): [string, string] => [`${name}:${target}`, executor ?? ''])),
  );
  for (const { name, targets = {} } of projects) {
    for (const [target, { executor = '', dependsOn = [] }] of Object.entries(targets)) {
      if (!batched.some(([known]) => executor === `@nexus-forge/nx:${known}`)) continue;
      const producers = (dependsOn as (string | { projects: string[]; target: string })[]).map((it) =>
        executorOf.get(typeof it === 'string' ? it : `${it.projects[0]}:${it.target}`),
      );
      assert.not(producers.includes(undefined), `${name}:${target}: a producer that is no target`);
      assert.not(producers.includes(executor), `${name}:${target}`);
    }
  }
});

test.run();
