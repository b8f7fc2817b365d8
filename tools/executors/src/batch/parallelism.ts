// SPDX-License-Identifier: Apache-2.0

/** Carries the command line's --parallel into the process of a batch, which Nx does not tell. */
const PARALLEL_VARIABLE = 'NEXUS_FORGE_PARALLEL';

/** Nx's own, where neither nx.json nor the command line says more. */
const DEFAULT_PARALLEL = '3';

/** The variable to set before a run whose command line is `argv`; empty where that says nothing. */
export function parallelVariables(argv: readonly string[]): Record<string, string> {
  const said = argv.flatMap((argument, index) => spelt(argument, argv[index + 1]) ?? []);
  return { [PARALLEL_VARIABLE]: said.at(-1) ?? '' };
}

const FLAG = /^--parallel(?:=(.*))?$/;
const VALUE = /^(?:\d+%?|true|false)$/;

function spelt(argument: string, next = ''): string | undefined {
  if (argument === '--no-parallel') return 'false';
  const flag = FLAG.exec(argument);
  return flag ? (flag[1] ?? (VALUE.test(next) ? next : 'true')) : undefined;
}

/** How many tasks of a batch may run at once: as many as Nx would start, but no more than there are processors. */
export function tasksAtOnce(environment: NodeJS.ProcessEnv, configured: number | string | undefined, processors: number): number {
  const said = environment[PARALLEL_VARIABLE];
  const fallback = environment['NX_PARALLEL'] || DEFAULT_PARALLEL;
  const text = said ? (said === 'true' ? fallback : said) : environment['NX_PARALLEL'] || String(configured ?? DEFAULT_PARALLEL);
  if (text === 'false') return 1;
  const count = parseInt(text, 10) * (text.endsWith('%') ? processors / 100 : 1);
  return Math.max(1, Math.min(Math.floor(count) || 1, processors));
}
