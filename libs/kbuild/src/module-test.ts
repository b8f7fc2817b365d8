// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { ForgeError, noteReads, prerequisites, runTool, withPrivateFolder } from '@nexus-forge/process';
import { requireTool } from '@nexus-forge/toolchain';
import { loadModule, type ModuleTests } from './description';

/** An order for the host tests of a module; paths are workspace-relative. */
export interface ModuleTestOrder {
  workspaceRoot: string;
  /** module.yaml, which names the programs. */
  description: string;
  /** Generated headers. */
  headers: readonly string[];
  timeoutMs: number;
}

export interface ModuleTestResults {
  passed: number;
  failed: number;
  total: number;
  tests: { program: string; name: string; result: 'passed' | 'failed' }[];
}

/**
 * A write beyond a buffer, or what C leaves undefined, ends the test. Kernel code compares signed with unsigned, and its
 * callbacks need not use every parameter.
 */
const COMPILE = ['-std=gnu11', '-g', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover', '-D__KERNEL__'];
const WARN = ['-Wall', '-Wextra', '-Werror', '-Wno-sign-compare', '-Wno-unused-parameter'];

/**
 * Compiles the programs that a module.yaml names for this machine, and runs each of their tests in a process of its own:
 * without an argument a program lists its tests, one a line; with a name it runs that one, and 0 says that it passed.
 * Throws a `ForgeError` with their words when one fails, and when there is none.
 */
export async function testModule(order: ModuleTestOrder): Promise<ModuleTestResults> {
  const { workspaceRoot, description, headers } = order;
  const { value, placeOf, beside } = loadModule(workspaceRoot, description);
  const { tests } = value;
  if (tests === undefined) throw new ForgeError('module.yaml names no tests', { at: placeOf([]), fix: 'remove the target, or name programs under tests' });
  const gcc = await requireTool(workspaceRoot, 'host-gcc');
  return withPrivateFolder(join(workspaceRoot, '.nexus-forge', 'scratch'), 'module-test', async (place) => {
    layHeaders(order, tests, join(place, 'include'), beside);
    const include = [join(place, 'include'), ...['.', ...(tests.include ?? [])].map(beside)].map((folder) => `-I${folder}`);
    const run = (args: string[]) => runTool({ command: gcc.path, args, cwd: workspaceRoot, timeoutMs: order.timeoutMs });
    const results: ModuleTestResults = { passed: 0, failed: 0, total: 0, tests: [] };
    const said: string[] = [];
    noteReads(headers.map((header) => join(workspaceRoot, header)));
    const sources = [...new Set(Object.values(tests.programs).flat())];
    const objectOf = (source: string) => join(place, `${sources.indexOf(source)}.o`);
    const outputsOf = (source: string) => listArguments(relative(workspaceRoot, objectOf(source)));
    await inTurn(sources, (source) => run([...COMPILE, ...WARN, ...include, ...outputsOf(source), beside(source)]));
    noteReads(sources.flatMap((source) => readsOf(objectOf(source), workspaceRoot, place)));
    for (const [program, parts] of Object.entries(tests.programs)) {
      const path = join(place, program);
      await run([...COMPILE, '-o', path, ...parts.map(objectOf)]);
      for (const test of await resultsOf(path, order.timeoutMs, said)) results.tests.push({ program, ...test });
    }
    const failed = results.tests.filter(({ result }) => result === 'failed');
    Object.assign(results, { passed: results.tests.length - failed.length, failed: failed.length, total: results.tests.length });
    if (results.total === 0) throw new ForgeError('no test was run', { at: placeOf(['tests']), expected: 'programs that list at least one test' });
    if (failed.length > 0) throw new ForgeError(`${failed.length} of ${results.total} tests failed: ${failed.map(({ name }) => name).join(', ')}`, { output: said.join('\n') });
    return results;
  });
}

/**
 * Does something for each of `items`, as many at a time as there are processors. Throws the first fault once all that began
 * have ended: none writes any more into a folder that is about to be removed.
 */
async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item).catch((error) => {
        queue.length = 0;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: availableParallelism() }, worker));
  const fault = ended.find((result) => result.status === 'rejected');
  if (fault) throw fault.reason;
}

/** Every kernel header that the sources include is the shim; generated headers lie beside them. */
function layHeaders({ workspaceRoot, headers }: ModuleTestOrder, tests: ModuleTests, folder: string, beside: (name: string) => string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of tests.kernel_headers ?? []) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), `#include "${basename(beside(tests.shim!))}"\n`);
  }
  for (const header of headers) copyFileSync(join(workspaceRoot, header), join(folder, basename(header)));
}

/** Where preprocessor and assembler (.incbin) write down what they have read for an object. */
const LISTS = (object: string) => ({ cpp: `${object}.cpp.d`, as: `${object}.as.d` });

/** The compiler's arguments for an object and its lists, by its path in the workspace: gcc splits -Wa, at commas. */
function listArguments(object: string): string[] {
  const { cpp, as } = LISTS(object);
  return ['-MD', '-MF', cpp, `-Wa,--MD,${as}`, '-c', '-o', object];
}

function readsOf(object: string, workspaceRoot: string, place: string): string[] {
  const files = Object.values(LISTS(object)).flatMap((list) => prerequisites(readFileSync(list, 'utf8')));
  const absolute = files.map((file) => (isAbsolute(file) ? file : join(workspaceRoot, file)));
  // The text between the two is gone by now.
  return absolute.filter((file) => !file.startsWith(`${place}/`) && existsSync(file));
}

async function resultsOf(program: string, timeoutMs: number, said: string[]): Promise<{ name: string; result: 'passed' | 'failed' }[]> {
  /* What the sanitizer holds for leaks are windows that live as long as the program. */
  const run = (args: string[]) => runTool({ command: program, args, env: { ASAN_OPTIONS: 'detect_leaks=0' }, timeoutMs });
  const names = (await run([])).stdout.split('\n').filter((name) => name !== '');
  const results: { name: string; result: 'passed' | 'failed' }[] = [];
  for (const name of names) {
    const fault = await run([name]).then(() => undefined, (error: unknown) => (error instanceof ForgeError ? error : Promise.reject(error)));
    if (fault) said.push(`${name}: ${fault.message}`);
    results.push({ name, result: fault ? 'failed' : 'passed' });
  }
  return results;
}
