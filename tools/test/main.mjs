// SPDX-License-Identifier: Apache-2.0
// `npm test`: the type check, the TypeScript tests, the host tests of the firmware, every proof, every mutant, what each
// edit re-runs, what interrupted runs and lost or damaged state leave, and the README's table.
// It ends with one line "N passed, N failed" that counts tests, checks and mutants which really ran (or whose stored
// result Nx found still true of the same inputs).
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runEffects } from './effects/main.mjs';
import { runStates } from './states/main.mjs';
import { runUnitTests } from './unit.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const BIN = join(ROOT, 'node_modules', '.bin');

/** Runs a program with our standard output; its exit status. */
function run(command, args) {
  return new Promise((done) => {
    const child = spawn(join(BIN, command), args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', () => done(127));
    child.once('close', (code) => done(code ?? 1));
  });
}

/** What a program prints, parsed as JSON. */
function readJson(command, args) {
  return new Promise((done, fail) => {
    let text = '';
    const child = spawn(join(BIN, command), args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (chunk) => (text += chunk));
    child.once('close', (code) => (code === 0 ? done(JSON.parse(text)) : fail(new Error(`${command} ${args.join(' ')}: ${code}`))));
  });
}

/** The result file of each kind of target, inside the target's output directory, and how it counts. */
const RESULTS = [
  { executor: 'host-test', file: 'results.json', count: ({ passed, failed }) => ({ passed, failed }) },
  { executor: 'proof', mutants: false, file: 'evidence.json', count: ({ passed, total }) => ({ passed, failed: total - passed }) },
  { executor: 'proof', mutants: true, file: 'mutants.json', count: ({ passed, total }) => ({ passed, failed: total - passed }) },
];

/** The targets of the workspace that give results: `project:target`, output directory, result file, counter. */
async function resultTargets() {
  const { graph } = await graphOfWorkspace();
  return Object.values(graph.nodes).flatMap(({ name, data }) =>
    Object.entries(data.targets ?? {}).flatMap(([target, { executor = '', options = {} }]) => {
      const kind = RESULTS.find(
        (result) => executor === `@nexus-forge/nx:${result.executor}` && (result.mutants ?? false) === (options.mutants ?? false),
      );
      return kind ? [{ id: `${name}:${target}`, target, path: join(ROOT, options.outputDirectory, kind.file), kind }] : [];
    }),
  );
}

function graphOfWorkspace() {
  return readJson('nx', ['graph', '--print']);
}

/** The figures of one target; a target that left no result, or an empty one, is one failure. */
function figuresOf({ id, path, kind }) {
  if (!existsSync(path)) return { id, passed: 0, failed: 1, note: 'left no result' };
  const { passed, failed } = kind.count(JSON.parse(readFileSync(path, 'utf8')));
  if (passed + failed === 0) return { id, passed: 0, failed: 1, note: 'ran nothing' };
  return { id, passed, failed };
}

async function main() {
  const sums = { passed: 0, failed: 0 };
  const add = (title, { passed, failed, note }) => {
    sums.passed += passed;
    sums.failed += failed;
    console.log(`${failed > 0 ? 'FAIL' : 'ok  '} ${title}: ${passed} passed, ${failed} failed${note ? ` (${note})` : ''}`);
  };

  console.log('type check');
  const types = await run('tsc', ['-p', 'libs/tsconfig.json']);
  add('type check', { passed: types === 0 ? 1 : 0, failed: types === 0 ? 0 : 1 });

  console.log('TypeScript tests');
  add('TypeScript tests', await runUnitTests([]));

  const targets = await resultTargets();
  const names = [...new Set(targets.map(({ target }) => target))].sort();
  console.log(`nx run-many -t ${names.join(' ')}`);
  // A result file that stands there from an earlier run must not be counted: Nx restores it when it is still true.
  for (const { path } of targets) rmSync(path, { force: true });
  const status = await run('nx', ['run-many', '-t', ...names, '--outputStyle=static', '--nxBail=false']);
  for (const target of targets) add(target.id, figuresOf(target));
  if (status !== 0 && sums.failed === 0) add('nx run-many', { passed: 0, failed: 1, note: `status ${status}` });

  console.log('what each edit re-runs, by the real Nx in a scratch clone');
  add('table of effects', await runEffects());

  console.log('whatever became of the last run, the next one is right');
  const { skipped, ...states } = await runStates();
  add('table of states', { ...states, note: skipped > 0 ? `${skipped} skipped` : undefined });

  console.log('README');
  const page = await run('nx', ['run', 'nexus-forge:status-check', '--outputStyle=static']);
  add('README states what the evidence says', { passed: page === 0 ? 1 : 0, failed: page === 0 ? 0 : 1 });

  console.log(`\n${sums.passed} passed, ${sums.failed} failed`);
  process.exitCode = sums.failed > 0 ? 1 : 0;
}

await main();
