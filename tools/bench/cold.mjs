// SPDX-License-Identifier: Apache-2.0
// Everything from nothing: in a Debian that has never seen the project, `npm run proof` from the clone to the EL2 proof's
// verdict, against the same steps as one shell script in an equal one. And what the set-up costs when all is there.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { endAll, runInRoot } from '../bare-machine/namespaces.mjs';
import { parseOptions } from '../bare-machine/options.mjs';
import { registryEnvironment } from '../bare-machine/registries.mjs';
import { cloneInto, makeRoot } from '../bare-machine/root.mjs';
import { faultOfMachine } from '../bare-machine/machine.mjs';
import { installCommands, wantedPackages } from '../bootstrap/debian.mjs';
import { requirements } from '../bootstrap/wheels.mjs';
import { benchmark } from './benchmark.mjs';
import { GIVEN } from './cold/script.mjs';
import { setUpScript } from './cold/set-up-script.mjs';
import { timed } from './run.mjs';
import { ROOT } from './workspace.mjs';

const BUDGET = 1.05;
const READY_BUDGET = 0.25;
const READY_ROUNDS = 9;
const RELEASE = 'bookworm';
const VERDICT = /Result: 33\/33 ===/;

/** A bare root file system with a clone in it: what both sides begin with, and what is not measured. */
async function makeBare(bench, name, env) {
  const folder = join(bench.scratch, name);
  mkdirSync(folder);
  const options = parseOptions([`--release=${RELEASE}`]);
  const root = await makeRoot(folder, options, env, (line) => bench.say(`${name}: ${line}`));
  return { name, root, clone: await cloneInto(root, ROOT, 'root') };
}

/** What a side printed, each line with the seconds since its beginning: where the time went. */
const logOf = (name) => join(ROOT, '.nexus-forge', 'bench', `cold-${name}.log`);

/** Seconds that a command line took there; throws with its last lines when it failed, or did not say `expected`. */
async function secondsOf({ name, root, clone }, line, env, expected) {
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const lines = [];
  const { status, output } = await runInRoot(root, line, { folder: clone, env, print: (text) => lines.push(`${elapsed().toFixed(1).padStart(6)} ${text}\n`) });
  const seconds = elapsed();
  mkdirSync(dirname(logOf(name)), { recursive: true });
  writeFileSync(logOf(name), lines.join(''));
  if (status !== 0 || !expected.test(output)) throw new Error(`${line.slice(0, 80)} ended with status ${status}\n${output.slice(-2000)}`);
  return seconds;
}

async function byNx(bench, env) {
  return secondsOf(await makeBare(bench, 'ours', env), 'npm run proof', env, VERDICT);
}

/** What the set-up installs on a machine that has nothing: everything that it knows of. */
function setUp() {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'workspace.json'), 'utf8'));
  return {
    install: installCommands(Object.keys(wantedPackages(manifest, { wheelsAreThere: false, release: RELEASE })).sort()),
    requirements: ['zig', 'dt-schema'].flatMap((name) => requirements(manifest, name)).map((line) => line.split(' ')[0]),
    zig: `zig-${manifest.toolchain.zig.version}`,
  };
}

async function byShell(bench, env) {
  const place = await makeBare(bench, 'shell', env);
  for (const path of GIVEN) cpSync(join(ROOT, path), join(place.root, place.clone, path), { recursive: true });
  const script = setUpScript(setUp()).join('\n');
  bench.configure({ script });
  return secondsOf(place, script, env, /^@rumpk end result=ok/m);
}

await benchmark('cold', 1, async (bench) => {
  const fault = faultOfMachine();
  if (fault !== undefined) throw new RangeError(fault);
  bench.onEnd(endAll);
  const ready = [];
  for (let round = 0; round < READY_ROUNDS; round++) ready.push((await timed(process.execPath, [join(ROOT, 'tools', 'bootstrap', 'main.mjs')], { cwd: ROOT })).seconds);
  bench.single('the set-up, everything there', ready, READY_BUDGET);

  bench.say('two roots, each with a kernel and a Zig cache from nothing to the verdict; this takes a while');
  const env = registryEnvironment();
  const found = await bench.interleaved({ ours: () => byNx(bench, env), shell: () => byShell(bench, env) }, { warmUp: false });
  bench.ratio('cold npm run proof / the same steps as a shell script', found.ours, found.shell, BUDGET);
});
