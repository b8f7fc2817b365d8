// SPDX-License-Identifier: Apache-2.0
// What runs in batches, by the real Nx and the real device-tree executor: three boards, one process.
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Elsewhere } from './workspace';

const REPOSITORY = join(__dirname, '..', '..', '..');
const BOARDS = ['first', 'second', 'third'];
const TASKS = BOARDS.map((name) => `${name}:device-tree`);
const RUN = ['run-many', '-t', 'device-tree', '--outputStyle=static'];
const SAID = (name: string) => `\n${name} with linux-cell: board.dtb, cell.dtb, manifest.dtb compiled`;

const original = (file: string) => readFileSync(join(REPOSITORY, file), 'utf8');
/** A board like the reference board, without the bindings, which take a kernel source. */
const boardText = (name: string) =>
  original('apps/qemu-virt/board.yaml')
    .replace(/^name: .*$/m, `name: ${name}`)
    .replace(/^cell: .*$/m, 'cell: cell/cell.yaml')
    .replace(/^bindings:.*\n(?:[ ].*\n)*/gm, '');

const test = suite<{ place: Elsewhere }>('batches, by the real Nx');
test.before.each((context) => {
  const place = new Elsewhere();
  context.place = place;
  for (const folder of ['apps/virt', 'proofs']) rmSync(join(place.root, folder), { recursive: true });
  for (const name of BOARDS) place.write(`apps/${name}/board.yaml`, boardText(name));
  place.write('cell/cell.yaml', original('linux-cell/cell.yaml').replace('linux-image:image/', 'kernel:kernel/'));
  place.write('libs/ion-abi/ion-abi.yaml', original('libs/ion-abi/ion-abi.yaml'));
});
test.after.each(({ place }) => place.remove());

const outputs = (place: Elsewhere, name: string) => join(place.root, 'dist', name, 'device-tree');
const breakBoard = (place: Elsewhere, name: string) =>
  place.write(`apps/${name}/board.yaml`, boardText(name).replace('scratch: { base: 0x58000000', 'scratch: { base: 0x57000000'));

test('three boards are one batch, with a result, an output and a cache entry each', async ({ place }) => {
  const first = await place.nx(RUN);
  assert.is(first.status, 0, first.output);
  assert.equal(first.ran, TASKS);
  assert.match(first.output, 'Running 3 tasks with @nexus-forge/nx:device-tree');
  for (const name of BOARDS) assert.match(first.output, `> nx run ${name}:device-tree\n${SAID(name)}`);

  assert.equal((await place.nx(RUN)).ran, []);
  rmSync(outputs(place, 'first'), { recursive: true });
  place.write('apps/second/board.yaml', boardText('second').replace(/^title: .*$/m, 'title: another'));
  const again = await place.nx(RUN);
  assert.equal(again.ran, ['second:device-tree']);
  assert.ok(existsSync(join(outputs(place, 'first'), 'cell.dtb')));
  assert.match(again.output, SAID('third'), 'what a hit shows is what its own task printed');
});

test('a task that fails takes no other with it, is not stored, and its error is shown as its own', async ({ place }) => {
  breakBoard(place, 'second');
  const first = await place.nx(RUN);
  assert.is.not(first.status, 0);
  assert.equal(first.ran, TASKS);
  assert.match(first.output, /> nx run second:device-tree\n\nerror: cell\/cell\.yaml:\d+:1: carve_out overlaps rumpk\.scratch/);
  assert.is(first.output.split('carve_out overlaps').length, 2, 'said once');
  assert.equal(BOARDS.map((name) => existsSync(outputs(place, name))), [true, false, true]);
  const again = await place.nx(RUN);
  assert.is.not(again.status, 0);
  assert.equal(again.ran, ['second:device-tree']);
});

test('inside a batch, what depends on a failed task does not run', async ({ place }) => {
  const dependsOn = [{ projects: ['second'], target: 'device-tree' }];
  place.write('apps/first/project.json', JSON.stringify({ name: 'first', targets: { 'device-tree': { dependsOn } } }));
  breakBoard(place, 'second');
  const { status, ran, output } = await place.nx(RUN);
  assert.is.not(status, 0);
  assert.match(output, 'Running 3 tasks with @nexus-forge/nx:device-tree');
  assert.equal(ran, ['second:device-tree', 'third:device-tree']);
  breakBoard(place, 'third');
  place.write('apps/second/board.yaml', boardText('second'));
  assert.equal((await place.nx(RUN)).ran, ['first:device-tree', 'second:device-tree', 'third:device-tree']);
  assert.ok(existsSync(join(outputs(place, 'first'), 'cell.dtb')));
});

test('a batch and single processes share their results, and give the same bytes', async ({ place }) => {
  await place.nx(RUN);
  const bytes = () => BOARDS.map((name) => readdirSync(outputs(place, name)).sort().map((file) => readFileSync(join(outputs(place, name), file), 'hex')));
  const batched = bytes();
  assert.equal((await place.nx([...RUN, '--batch=false'])).ran, []);
  for (const folder of ['.nx', 'dist']) rmSync(join(place.root, folder), { recursive: true });
  const single = await place.nx([...RUN, '--batch=false']);
  assert.equal(single.ran, TASKS);
  assert.not.match(single.output, 'tasks with @nexus-forge/nx:device-tree');
  assert.equal(bytes(), batched);
});

test('a stream shows each line at once, with the name of its task', async ({ place }) => {
  const { output } = await place.nx(['run-many', '-t', 'device-tree', '--outputStyle=stream']);
  for (const name of BOARDS) assert.match(output, `\n${name}:device-tree: ${name} with linux-cell: `);
});

/** A dtc that never ends; `mark` is in the command line of what it starts, and of no other process. */
const endlessDtc = (mark: string) => `#!/bin/sh
case "$*" in *-v*) echo "Version: DTC 1.6.1"; exit 0;; esac
sleep ${mark} & wait
`;

function isRunning(mark: string): boolean {
  const commandLine = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && commandLine(name).includes(mark));
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(20)) if (condition()) return;
  assert.unreachable(what);
}

const ENDS: [title: string, mark: string, end: (nx: ChildProcess) => void][] = [
  ['Ctrl-C', '98765431', ({ pid }) => process.kill(-pid!, 'SIGINT')],
  ['SIGTERM to Nx', '98765432', (nx) => nx.kill('SIGTERM')],
  ['Nx killed outright', '98765433', (nx) => nx.kill('SIGKILL')],
];
for (const [title, mark, end] of ENDS) {
  test(`${title} leaves no process and no output of a batch`, async ({ place }) => {
    place.write('bin/dtc', endlessDtc(mark), 0o755);
    let nx: ChildProcess | undefined;
    const path = `${join(place.root, 'bin')}${delimiter}${process.env['PATH']}`;
    const run = place.nx(RUN, { path, started: (started) => (nx = started) });
    await until(() => isRunning(mark), 'the tool was not started');
    end(nx!);
    await run;
    await until(() => !isRunning(mark), 'the tool is still running');
    assert.equal(BOARDS.map((name) => existsSync(outputs(place, name))), [false, false, false]);
  });
}

test.run();
