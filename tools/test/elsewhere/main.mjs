// SPDX-License-Identifier: Apache-2.0
// The package in a workspace that has no file of this repository, with each major version of Nx that it is for: a
// kernel and a kernel module are built and proved, then broken, and the proof fails.
// `node tools/test/elsewhere/main.mjs [version ...]`
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { filesOf } from './files.mjs';
import { packPlugin, Workspace } from './workspace.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const PLUGIN = '@nexus-forge/nx';
/** Versions of nx and @nx/devkit, which go together. */
const VERSIONS = ['22.7.12', '23.3.1', '24.0.0'];
const BUILD_TREE = join(ROOT, 'dist/linux-image/image/build-tree.tar.gz');

const MIGRATION = {
  package: PLUGIN,
  name: 'proof-boards',
  version: '0.2.0',
  implementation: './dist/migrations/proof-boards.js',
  cli: 'nx',
};
const PROJECTS = ['hello', 'ion-abi', 'kernel', 'linux', 'linux-cell', 'qemu-virt'];

/** An expectation that is not met, with what was printed. */
class Unmet extends Error {}

function expect(condition, what, { output = '' } = {}) {
  if (condition) return;
  const tail = output.trimEnd().split('\n').slice(-30);
  throw new Unmet([what, ...tail.map((line) => `| ${line}`)].join('\n'));
}

function expectRan(outcome, tasks, status = 0) {
  expect(outcome.status === status, `status ${outcome.status} instead of ${status}`, outcome);
  const [found, wanted] = [outcome.ran, tasks].map((ids) => ids.join(', ') || 'nothing');
  expect(found === wanted, `ran ${found} instead of ${wanted}`, outcome);
}

const run = (place, task) => place.nx('run', task, '--outputStyle=static');

/** What is done in turn, and what must come of it. */
const STEPS = [
  [
    'npm installs the tarball beside Nx',
    async (place, { version, tarball }) => {
      const outcome = await place.install(`nx@${version}`, `@nx/devkit@${version}`, tarball);
      expect(outcome.status === 0, `status ${outcome.status}`, outcome);
      const found = JSON.parse(place.read('node_modules/nx/package.json')).version;
      expect(found === version, `Nx ${found} instead of ${version}`);
    },
  ],
  [
    'init sets it up',
    async (place) => {
      const outcome = await place.nx('g', `${PLUGIN}:init`);
      expect(outcome.status === 0, `status ${outcome.status}`, outcome);
      for (const [path, text] of Object.entries(filesOf(BUILD_TREE))) place.write(path, text);
      const shown = await place.nx('show', 'projects');
      const lines = shown.output.split('\n');
      const missing = PROJECTS.filter((name) => !lines.includes(name));
      expect(missing.length === 0, `no project ${missing.join(', ')}`, shown);
    },
  ],
  [
    'nx migrate brings a proof of version 0.1 to 0.2',
    async (place) => {
      const named = JSON.parse(place.read(`node_modules/${PLUGIN}/migrations.json`)).generators[MIGRATION.name];
      expect(named?.implementation === MIGRATION.implementation, `migrations.json has no ${MIGRATION.name}`);
      place.write('migrations.json', JSON.stringify({ migrations: [MIGRATION] }));
      const outcome = await place.nx('migrate', '--run-migrations');
      const proof = place.read('proofs/hello.proof.yaml');
      expect(proof.includes('\nboards: [qemu-virt]\n'), 'the proof names no boards', outcome);
      expect(proof.includes('"{board}:firmware/kernel.img"'), 'the proof names a board among its artefacts', outcome);
    },
  ],
  [
    'the kernel is built and proved',
    async (place) => {
      const outcome = await run(place, 'qemu-virt:proof-hello');
      expectRan(outcome, ['qemu-virt:firmware', 'qemu-virt:proof-hello']);
      expect(/pass +seen +it is entered at EL2 and says hello/.test(outcome.output), 'no passed check', outcome);
      expect(outcome.output.includes('=== Result: 1/1 ==='), 'no 1/1', outcome);
    },
  ],
  ['a second time nothing runs', async (place) => expectRan(await run(place, 'qemu-virt:proof-hello'), [])],
  [
    'its mutant is killed',
    async (place) => {
      const task = 'qemu-virt:proof-hello-mutants';
      expectRan(await run(place, task), [task]);
    },
  ],
  [
    'the kernel module is built',
    async (place) => {
      const outcome = await run(place, 'hello:module');
      expectRan(outcome, ['hello:module', 'linux:image']);
      expect(place.has('dist/hello/module/hello.ko'), 'no hello.ko', outcome);
    },
  ],
  [
    'the kernel is broken: the proof fails, and says at which check',
    async (place) => {
      place.edit('firmware/kernel/kernel.zig', '"hello', '"hullo');
      const outcome = await run(place, 'qemu-virt:proof-hello');
      expectRan(outcome, ['qemu-virt:firmware', 'qemu-virt:proof-hello'], 1);
      expect(/FAIL +seen +it is entered at EL2 and says hello/.test(outcome.output), 'no failed check', outcome);
      expect(outcome.output.includes('=== Result: 0/1 ==='), 'no 0/1', outcome);
      expect(outcome.output.includes('qemu-virt:firmware <- firmware/kernel/kernel.zig'), 'no reason', outcome);
    },
  ],
  [
    'the module is broken: its build fails, at the line',
    async (place) => {
      place.edit('drivers/hello/hello.c', 'pr_info("hello\\n")', 'goodbye()');
      const outcome = await run(place, 'hello:module');
      expectRan(outcome, ['hello:module'], 1);
      expect(/drivers\/hello\/hello\.c:6:\d+: error: .*goodbye/.test(outcome.output), 'no place', outcome);
    },
  ],
  [
    'mended, what was proved holds again, from the cache',
    async (place) => {
      place.edit('firmware/kernel/kernel.zig', '"hullo', '"hello');
      place.edit('drivers/hello/hello.c', 'goodbye()', 'pr_info("hello\\n")');
      const outcome = await place.nx('run-many', '-t', 'proof-hello', 'module', '--outputStyle=static');
      expectRan(outcome, []);
    },
  ],
];

/** Runs the steps with some versions of Nx; the sums. What comes after a failed step counts as failed. */
export async function runElsewhere(versions = [], print = console.log) {
  const sums = { passed: 0, failed: 0 };
  const folder = mkdtempSync(join(tmpdir(), 'nf-tarball-'));
  try {
    if (!existsSync(BUILD_TREE)) throw new Error(`${BUILD_TREE} is not there: npx nx run linux-image:image`);
    const tarball = packPlugin(ROOT, folder);
    for (const version of versions.length > 0 ? versions : VERSIONS) await runVersion(version, tarball, sums, print);
  } catch (error) {
    print(`FAIL the package: ${error.message}`);
    sums.failed += 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return sums;
}

async function runVersion(version, tarball, sums, print) {
  const place = new Workspace(ROOT);
  try {
    for (const [index, [title, work]] of STEPS.entries()) {
      const started = Date.now();
      const fault = await work(place, { version, tarball }).then(
        () => undefined,
        (error) => (error instanceof Unmet ? error.message : error.stack),
      );
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      print(`${fault === undefined ? 'ok  ' : 'FAIL'} Nx ${version}: ${title} (${seconds} s)`);
      if (fault !== undefined) print(fault.replace(/^/gm, '  '));
      if (fault === undefined) {
        sums.passed += 1;
        continue;
      }
      sums.failed += STEPS.length - index;
      return;
    }
  } finally {
    place.remove();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed } = await runElsewhere(process.argv.slice(2));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
