// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PostTasksExecutionContext } from '@nx/devkit';

/** Names the file that a run's report goes to; without it no report is written. */
const REPORT_VARIABLE = 'NEXUS_FORGE_RUN_REPORT';

/** What became of one task: `ran` says whether it was executed rather than taken from a cache; `makes`, whether it has outputs. */
interface TaskOutcome {
  status: string;
  ran: boolean;
  makes: boolean;
  hash?: string;
}

const EXECUTED: ReadonlySet<string> = new Set(['success', 'failure']);

/** After a run, tells a reader that asks (a test, a benchmark) which tasks really ran, as JSON. */
export function reportRun({ taskResults }: PostTasksExecutionContext): void {
  const file = process.env[REPORT_VARIABLE];
  if (file === undefined) return;
  const outcomes = Object.entries(taskResults).map(([id, { status, task }]): [string, TaskOutcome] => [
    id,
    { status, ran: EXECUTED.has(status), makes: task.outputs.length > 0, hash: task.hash },
  ]);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(Object.fromEntries(outcomes), null, 2));
  renameSync(`${file}.${process.pid}`, file);
}
