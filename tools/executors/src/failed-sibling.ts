// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Carries into each task the name of the run that ends with its first failure; empty for one that goes on. */
const RUN_VARIABLE = 'NEXUS_FORGE_ENDS_TOGETHER';

/** Where each such run names its first failure. */
const RUNS = join('.nexus-forge', 'failed-runs');
const DAY_MS = 86_400_000;

/** How soon a stage sees that another has failed, in milliseconds. */
const PERIOD_MS = 250;

/** Commands of Nx that run what several people may have asked for: one failure says nothing about the rest. */
const MANY = new Set(['run-many', 'affected']);
const BAIL = /^--(?:nxBail|nx-bail)(?:=true)?$/;

/**
 * The variable to set before a run. Of a command that is about one target every task is needed by it: when one fails, the
 * command cannot succeed, and what still runs beside it works for nothing. Nx itself lets it run, for half an hour where
 * it is a kernel.
 */
export function endsTogetherVariables(argv: readonly string[], newName: () => string = randomUUID): Record<string, string> {
  const together = argv.some((argument) => BAIL.test(argument)) || !argv.some((argument) => MANY.has(argument));
  return { [RUN_VARIABLE]: together ? newName() : '' };
}

/** The file that names the first task of this run that failed; undefined where failures are each task's own. */
function failureFile(root: string, environment: NodeJS.ProcessEnv): string | undefined {
  const run = environment[RUN_VARIABLE];
  return run ? join(root, RUNS, run) : undefined;
}

/** Says to the other stages of the run that this one has failed. */
export function tellFailure(root: string, id: string, environment: NodeJS.ProcessEnv = process.env): void {
  const file = failureFile(root, environment);
  if (file === undefined || existsSync(file)) return;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, id, { flag: 'wx' });
  } catch {
    // Another was quicker, or the disk is full: its own failure is told in any case.
  }
}

/** The task of this run that has failed, if one has. */
export function failedSibling(root: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const file = failureFile(root, environment);
  if (file === undefined || !existsSync(file)) return undefined;
  return readFileSync(file, 'utf8');
}

/** Calls `end` with the task that has failed, once, as long as `stop` was not called. */
export function watchSiblings(root: string, end: (id: string) => void, environment: NodeJS.ProcessEnv = process.env): { stop: () => void } {
  if (failureFile(root, environment) === undefined) return { stop: () => {} };
  const timer = setInterval(() => {
    const id = failedSibling(root, environment);
    if (id === undefined) return;
    clearInterval(timer);
    end(id);
  }, PERIOD_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Removes what earlier runs have said, a day later: by then none of them runs. */
export function forgetFailures(root: string, now: number = Date.now()): void {
  const folder = join(root, RUNS);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (now - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now) > DAY_MS) rmSync(file, { recursive: true, force: true });
  }
}
