// SPDX-License-Identifier: Apache-2.0
// `npm test`: the type check, the TypeScript tests, the host tests of the firmware, every proof, the mutants of two
// boards, machines that are not as their board has them, what the generators make, what each edit re-runs, what
// interrupted runs and lost or damaged state leave, the package in workspaces of other people with each major version of
// Nx, the tutorial, and the README's table and picture.
// It ends with one line "N passed, N failed" that counts tests, checks and mutants which really ran (or whose stored
// result Nx found still true of the same inputs).
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runEffects } from './effects/main.mjs';
import { runElsewhere } from './elsewhere/main.mjs';
import { runTutorial } from './elsewhere/tutorial.mjs';
import { runGenerators } from './generators/main.mjs';
import { runMachines } from './machines/main.mjs';
import { callsFor, figuresOf, resultTargets } from './results.mjs';
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
  for (const { args, targets } of callsFor(resultTargets(ROOT, graph))) {
    console.log(`nx run-many ${args.join(' ')}`);
    // With its daemon Nx leaves a result that is still true in place; without, it restores it, and so the file is a new one.
    const status = await run('nx', ['run-many', ...args, '--outputStyle=static', '--nxBail=false'], { NX_DAEMON: 'false' });
    for (const target of targets) add(target.id, figuresOf(target));
    if (status !== 0 && sums.failed === 0) add('nx run-many', { passed: 0, failed: 1, note: `status ${status}` });
  }

  console.log('machines that are not as the board has them');
  add('table of machines', await runMachines());

  console.log('what the generators make builds, boots and is tested, by the real Nx in a scratch clone');
  add('generators', await runGenerators());

  console.log('what each edit re-runs, by the real Nx in a scratch clone');
  add('table of effects', await runEffects());

  console.log('whatever became of the last run, the next one is right');
  const { skipped, ...states } = await runStates();
  add('table of states', { ...states, note: skipped > 0 ? `${skipped} skipped` : undefined });

  console.log('the package in a workspace that has nothing else of ours, with each major version of Nx');
  add('the package elsewhere', await runElsewhere());

  console.log('the tutorial, word for word, in a folder that has nothing else of ours');
  add('tutorial', await runTutorial());

  console.log('README');
  const page = await run('nx', ['run', 'nexus-forge:status-check', '--outputStyle=static']);
  add('README states what the evidence says', { passed: page === 0 ? 1 : 0, failed: page === 0 ? 0 : 1 });

  const picture = await run('nx', ['run', 'nexus-forge:picture', '--check', '--outputStyle=static']);
  add("README's picture is what the graph says", { passed: picture === 0 ? 1 : 0, failed: picture === 0 ? 0 : 1 });

  console.log(`\n${sums.passed} passed, ${sums.failed} failed`);
  process.exitCode = sums.failed > 0 ? 1 : 0;
}

await main();
