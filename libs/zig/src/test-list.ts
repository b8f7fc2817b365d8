// SPDX-License-Identifier: Apache-2.0
// Tests by name. A name may hold anything, a line feed and "...OK" as well, so that the list a test program prints
// does not tell where one ends: its names are asked for, in the way that Zig's build runner asks.
import { resolve } from 'node:path';
import { ForgeError, runTool } from '@nexus-forge/process';
import type { NamedTest, TestOutcome, TestProgram } from './test-run';

/** Tags of messages to a test program (lib/std/zig/Client.zig of Zig 0.17). */
const TAG = { exit: 0, queryTestMetadata: 4 } as const;
/** A message without a body: its tag and the length 0, 32 bits each. */
const message = (tag: number) => Buffer.from(Uint32Array.of(tag, 0).buffer);
const QUESTION = Buffer.concat([message(TAG.queryTestMetadata), message(TAG.exit)]);
const OUTCOMES: Readonly<Record<string, TestOutcome>> = { OK: 'passed', SKIP: 'skipped', FAIL: 'failed' };

/** Reads what a test program prints when run by hand: `3/15 stage2.test.name...OK`, whatever the tests print between. */
export function parseTestList(output: string, names: readonly string[]): NamedTest[] {
  const heads = names.map((name, index) => `${index + 1}/${names.length} ${name}...`);
  const parts = heads.map((head) => output.split(head));
  const unclear = parts.findIndex(({ length }) => length !== 2);
  if (unclear >= 0) throw unknownResult(heads[unclear]!, `${parts[unclear]!.length - 1} times`);
  return names.map((name, index) => {
    const next = heads[index + 1];
    const [said = ''] = next === undefined ? [parts[index]![1]] : parts[index]![1]!.split(next);
    // A test may print such a word as well; its result stands behind.
    const outcome = [...said.matchAll(/(OK|SKIP|FAIL)(?: \(.*\))?$/gm)].pop()?.[1];
    if (outcome === undefined) throw unknownResult(heads[index]!, 'no result behind it');
    return { name, result: OUTCOMES[outcome]! };
  });
}

function unknownResult(head: string, found: string): ForgeError {
  return new ForgeError('the result of a test cannot be told from what the tests print', {
    expected: `${JSON.stringify(head)} once, and OK, SKIP or FAIL behind it`,
    found,
    fix: 'rename the test, or let none print such text',
  });
}

/** The names at the end of a test program's answer, each with a zero behind it; the program runs no test for it. */
async function testNames(program: string, count: number, options: { cwd: string; env: Record<string, string>; timeoutMs: number }): Promise<string[]> {
  const { stdout } = await runTool({ ...options, command: program, args: ['--listen=-'], input: QUESTION });
  return count === 0 ? [] : stdout.split('\0').slice(0, -1).slice(-count);
}

/** The named results of test programs, each run by hand in the folder that `zig build` ran it in. */
export async function namedResults(programs: readonly TestProgram[], folder: string, timeoutMs: number): Promise<NamedTest[]> {
  const lists: NamedTest[] = [];
  for (const { command, cwd = '', env } of programs) {
    const options = { cwd: resolve(folder, cwd), env, timeoutMs };
    const program = resolve(folder, command);
    const { stderr } = await runTool({ ...options, command: program, args: [] });
    const count = Number(/^1\/(\d+) /m.exec(stderr)?.[1] ?? 0);
    lists.push(...parseTestList(stderr, await testNames(program, count, options)));
  }
  return lists;
}
