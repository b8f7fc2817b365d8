// SPDX-License-Identifier: Apache-2.0
import { ForgeError } from '@nexus-forge/process';

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

/** A test program as a build has run it. */
export interface TestProgram {
  command: string;
  /** Its folder, relative to that of the build; none is the build's own. */
  cwd?: string;
  /** What the build has set for it. */
  env: Record<string, string>;
}

/**
 * The test programs that a build with `--verbose` has run, from lines like
 * `info(verbose): cd src && A="b c" "/c/o/…/my tests" --cache-dir=/c --seed=0x1 --listen=-`: Zig's test runner is what
 * takes these arguments (lib/std/zig.zig of Zig 0.17, `SubprocessCommand`).
 */
export function testPrograms(output: string): TestProgram[] {
  const lines = output.split('\n').filter((line) => /\s--seed=\S+ --listen=-$/.test(line));
  const programs = lines.map((line) => testProgram(line.replace(/^info\(verbose\): /, ''))).filter((found) => found !== undefined);
  return [...new Map(programs.map((found) => [JSON.stringify(found), found])).values()];
}

function testProgram(line: string): TestProgram | undefined {
  const [, cwd, rest = ''] = /^(?:cd (.*?) && )?(.*)$/.exec(line)!;
  const words = shellWords(rest);
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const [command, cache] = words.slice(first);
  if (first < 0 || command === undefined || !cache?.startsWith('--cache-dir=')) return undefined;
  const env = words.slice(0, first).map((word): [string, string] => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
  return { command, ...(cwd === undefined ? {} : { cwd }), env: Object.fromEntries(env) };
}

/** What stands behind a backslash for a byte that cannot be shown, as Zig's `shellEscape` writes it. */
const ESCAPED: Readonly<Record<string, string>> = { a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r', E: '\x1b' };

/** The words of a command as Zig shows it: in double quotes where it must be, with backslashes in these. */
function shellWords(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? [];
  return words.map((word) => word.replace(/"((?:\\.|[^"\\])*)"/g, (_, quoted: string) => unescaped(quoted)));
}

function unescaped(quoted: string): string {
  const bytes = quoted.replace(/\\([0-7]{3}|.)/g, (_, sign: string) => {
    if (sign.length === 3) return String.fromCharCode(parseInt(sign, 8));
    return ESCAPED[sign] ?? sign;
  });
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Whether a test step was answered from the cache instead of being run. */
export function answeredFromCache(output: string): boolean {
  return /run test\b.* cached\b/.test(output);
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
