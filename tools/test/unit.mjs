// SPDX-License-Identifier: Apache-2.0
// Runs the TypeScript tests: `node tools/test/unit.mjs [part of a path ...]`. Each file has a process of its own
// and a time limit. A file that contributes no test, a skipped or an exclusive test, and a pattern that matches
// nothing are failures.
import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '..', '..');
const PARALLEL = 2;
const FILE_TIMEOUT_MS = 180_000;

/** Test files below the TypeScript folders, workspace-relative and sorted, that contain one of the patterns. */
export function findTests(patterns) {
  return ['libs', 'tools']
    .flatMap((top) => readdirSync(join(ROOT, top), { recursive: true }).map((name) => join(top, name)))
    .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
    .filter((path) => patterns.length === 0 || patterns.some((pattern) => path.includes(pattern)))
    .sort();
}

/** Runs one file; its figures, with one failure added for whatever a reader would not call a run test file. */
function runFile(file) {
  return new Promise((done) => {
    let output = '';
    let figures;
    const child = fork(join(HERE, 'run-file.cjs'), [join(ROOT, file)], { silent: true, cwd: ROOT });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), FILE_TIMEOUT_MS);
    child.on('message', (message) => (figures = message));
    child.on('close', () => {
      clearTimeout(timer);
      const fault = faultOf(figures);
      const base = figures ?? { passed: 0, failed: 0, skipped: 0, errors: output };
      done(fault ? { ...base, failed: base.failed + 1, errors: `${base.errors}\n  ${file}: ${fault}\n` } : base);
    });
  });
}

function faultOf(figures) {
  if (!figures) return `ended without a result (time limit ${FILE_TIMEOUT_MS / 1000} s)`;
  if (figures.passed + figures.failed === 0) return 'ran no test; is .run() missing?';
  if (figures.skipped > 0) return `${figures.skipped} tests were skipped or shut out by .only`;
  return undefined;
}

/** Runs every matching file, two at a time; the sums. */
export async function runUnitTests(patterns = [], print = console.log) {
  const files = findTests(patterns);
  const sums = { passed: 0, failed: 0 };
  if (files.length === 0) {
    print(`no test file matches ${patterns.join(' ')}`);
    return { passed: 0, failed: 1 };
  }
  const queue = [...files];
  const worker = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const started = Date.now();
      const { passed, failed, errors } = await runFile(file);
      sums.passed += passed;
      sums.failed += failed;
      print(`${failed > 0 ? 'FAIL' : 'ok  '} ${relative('.', file)} (${passed} passed${failed ? `, ${failed} failed` : ''}, ${Date.now() - started} ms)`);
      if (failed > 0) print(errors);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return sums;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed } = await runUnitTests(process.argv.slice(2));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
