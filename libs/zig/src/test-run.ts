// SPDX-License-Identifier: Apache-2.0
import { ForgeError, runTool } from '@nexus-forge/process';

export type TestOutcome = 'passed' | 'failed' | 'skipped';

export interface NamedTest {
  name: string;
  result: TestOutcome;
}

/** What `zig build … --summary all` says about tests. */
export interface TestSummary {
  passed: number;
  failed: number;
  skipped: number;
  total: number;
}

/** The results of a package's host tests. */
export interface TestResults extends TestSummary {
  tests: NamedTest[];
}

/**
 * Reads the summary line, for example
 * `Build Summary: 2/4 steps succeeded (1 failed); 4/6 tests passed (1 skipped, 1 failed)`. Undefined without a
 * count of tests: none were run, or Zig has answered from its cache.
 */
export function parseSummary(output: string): TestSummary | undefined {
  const match = /^Build Summary: .*?; (\d+)\/(\d+) tests passed(?: \(([^)]*)\))?/m.exec(output);
  if (!match) return undefined;
  const [, passed, total, rest = ''] = match;
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(rest)?.[1] ?? 0);
  return { passed: Number(passed), total: Number(total), skipped: count('skipped'), failed: count('failed') };
}

/** The test programs that a build with `--verbose` has run. */
export function testPrograms(output: string): string[] {
  const found = [...output.matchAll(/^(?:info\(verbose\): )?(\S+\/test\S*) --cache-dir=\S+ --seed=\S+ --listen=-$/gm)];
  return [...new Set(found.map((match) => match[1]!))];
}

/** Whether a test step was answered from the cache instead of being run. */
export function answeredFromCache(output: string): boolean {
  return /run test\b.* cached\b/.test(output);
}

/** Reads what a test program prints when run by hand: `3/15 stage2.test.name...OK`. */
export function parseTestList(output: string): NamedTest[] {
  const OUTCOMES: Readonly<Record<string, TestOutcome>> = { OK: 'passed', SKIP: 'skipped', FAIL: 'failed' };
  const found = [...output.matchAll(/^\d+\/\d+ (.+?)\.\.\.(?:[\s\S]*?)(OK|SKIP|FAIL)(?: \(.*\))?$/gm)];
  return found.map(([, name, outcome]) => ({ name: name!, result: OUTCOMES[outcome!]! }));
}

/** The named results of test programs, each run by hand in the folder that `zig build` ran it in. */
export async function namedResults(programs: readonly string[], cwd: string, timeoutMs: number): Promise<NamedTest[]> {
  const lists: NamedTest[] = [];
  for (const program of programs) {
    const { stderr } = await runTool({ command: program, args: [], cwd, timeoutMs });
    lists.push(...parseTestList(stderr));
  }
  return lists;
}

/** Brings the summary and the named tests together; `ForgeError` when they differ or nothing was run. */
export function judgeTests(summary: TestSummary | undefined, tests: NamedTest[]): TestResults {
  const counted = summary ?? { passed: 0, failed: 0, skipped: 0, total: 0 };
  if (counted.passed + counted.failed === 0) {
    throw new ForgeError('no test was run', {
      expected: 'at least one test',
      found: counted.skipped > 0 ? `${counted.skipped} skipped tests` : 'no count of tests in the summary of zig build',
      fix: 'let the test step of build.zig run a test artefact whose root file reaches the tests',
    });
  }
  const named = tests.filter(({ result }) => result === 'passed').length;
  if (named !== counted.passed) {
    throw new ForgeError('the tests ran differently a second time', {
      expected: `${counted.passed} passed tests, as zig build counted them`,
      found: `${named} passed tests by name`,
    });
  }
  return { ...counted, tests };
}
