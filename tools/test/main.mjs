// SPDX-License-Identifier: Apache-2.0
// `npm test`: the type check, the TypeScript tests, the host tests of the firmware, every proof, the mutants of two
// boards, what each edit re-runs, what interrupted runs and lost or damaged state leave, and the README's table.
// It ends with one line "N passed, N failed" that counts tests, checks and mutants which really ran (or whose stored
// result Nx found still true of the same inputs).
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runEffects } from './effects/main.mjs';
import { figuresOf, resultTargets } from './results.mjs';
import { runStates } from './states/main.mjs';
import { runUnitTests } from './unit.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const BIN = join(ROOT, 'node_modules', '.bin');

/** Runs a program with our standard output; its exit status. */
function run(command, args, env = {}) {
  return new Promise((done) => {
    const child = spawn(join(BIN, command), args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
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

/** Boards whose mutants are booted here. On the others the same checks are shown again: `nx run <board>:proof-el2-mutants`. */
const MUTANTS_OF = ['qemu-virt', 'qemu-virt-gicv3'];

/** Nx's exit status for all of these targets. */
function runTargets(targets) {
  const names = [...new Set(targets.map(({ target }) => target))].sort();
  const projects = [...new Set(targets.map(({ project }) => project))].sort();
  console.log(`nx run-many -t ${names.join(' ')}`);
  const which = ['-t', ...names, '-p', ...projects];
  // With its daemon Nx leaves a result that is still true in place; without, it restores it, and so the file is a new one.
  return run('nx', ['run-many', ...which, '--outputStyle=static', '--nxBail=false'], { NX_DAEMON: 'false' });
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

  const { graph } = await readJson('nx', ['graph', '--print']);
  const targets = resultTargets(ROOT, graph, MUTANTS_OF);
  for (const group of [targets.filter(({ mutants }) => !mutants), targets.filter(({ mutants }) => mutants)]) {
    const status = await runTargets(group);
    for (const target of group) add(target.id, figuresOf(target));
    if (status !== 0 && sums.failed === 0) add('nx run-many', { passed: 0, failed: 1, note: `status ${status}` });
  }

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
