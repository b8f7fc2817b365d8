// SPDX-License-Identifier: Apache-2.0

/** Carries into each task whose stored results are gone: only the task itself reaches the person's terminal, under a daemon too. */
const REMOVED_VARIABLE = 'NEXUS_FORGE_REMOVED_RESULTS';

export function removalVariables(tasks: readonly string[]): Record<string, string> {
  return { [REMOVED_VARIABLE]: tasks.join(' ') };
}

/** What a task says that may run because its stored result was removed; undefined for any other. */
export function removalOf(task: string, environment: NodeJS.ProcessEnv): string | undefined {
  if (!(environment[REMOVED_VARIABLE] ?? '').split(' ').includes(task)) return undefined;
  return textOf(task);
}

/** What a task has said, without that: it is true of one run, and what is stored is shown again by later ones. */
export function withoutRemoval(task: string, said: string): string {
  return said.replaceAll(`${textOf(task)}\n`, '');
}

function textOf(task: string): string {
  return `a stored result of ${task} has changed since it was stored: it was removed, and what is needed is made anew`;
}
