// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { runZigBuild, type ZigBuild } from './build';
import { namedResults } from './test-list';
import { answeredFromCache, judgeTests, parseSummary, testPrograms, type TestResults } from './test-run';

/**
 * Runs a test step and lists its tests by name. Zig counts tests only when it runs them: an answer from its cache
 * is asked for again, from nothing.
 */
export async function runTests(build: ZigBuild): Promise<TestResults> {
  return (await attempt(build, false)) ?? (await attempt(build, true))!;
}

async function attempt(build: ZigBuild, fresh: boolean): Promise<TestResults | undefined> {
  const { workspaceRoot, timeoutMs } = build;
  return runZigBuild({ ...build, fresh, extra: [...(build.extra ?? []), '--verbose'] }, undefined, async ({ stdout, stderr }) => {
    const output = `${stdout}\n${stderr}`;
    if (!fresh && answeredFromCache(output)) return undefined;
    const tests = await namedResults(testPrograms(output), join(workspaceRoot, build.package), timeoutMs);
    return judgeTests(parseSummary(output), tests);
  });
}
