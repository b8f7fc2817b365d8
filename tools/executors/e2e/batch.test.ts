// SPDX-License-Identifier: Apache-2.0
// What runs in batches, by the real Nx and the real device-tree executor: three boards, one process.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AS_A_BATCH, BOARDS, RUN, boardText, outputs, placeOfThreeBoards, withDtc } from './boards';
import type { Elsewhere } from './workspace';

const TASKS = BOARDS.map((name) => `${name}:device-tree`);
const SAID = (name: string) => `\n${name} with linux-cell: board.dtb, cell.dtb, manifest.dtb compiled`;
const breakBoard = (place: Elsewhere, name: string) =>
  place.write(`apps/${name}/board.yaml`, boardText(name).replace('scratch: { base: 0x58000000', 'scratch: { base: 0x57000000'));

const test = suite<{ place: Elsewhere }>('batches, by the real Nx');
test.before.each((context) => {
  context.place = placeOfThreeBoards();
});
test.after.each(({ place }) => place.remove());

test('three boards are one batch, with a result, an output and a cache entry each', async ({ place }) => {
  const first = await place.nx(RUN);
  assert.is(first.status, 0, first.output);
  assert.equal(first.ran, TASKS);
  assert.match(first.output, AS_A_BATCH);
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
  assert.match(output, AS_A_BATCH);
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
  assert.not.match(single.output, 'with @nexus-forge/nx:device-tree');
  assert.equal(bytes(), batched);
});

/** Notes down the command lines above it. */
const ANCESTORS = 'p=$PPID; while [ "$p" -gt 1 ]; do tr "\\0" " " < /proc/$p/cmdline; p=$(cut -d" " -f4 /proc/$p/stat); done >> "$(dirname "$0")/log"; exit 1';

test('a batch of one, which would stop everything beside it, is made only where one asks for it', async ({ place }) => {
  for (const name of BOARDS.slice(1)) rmSync(join(place.root, 'apps', name), { recursive: true });
  const path = withDtc(place, ANCESTORS);
  const processes = async (...options: string[]) => {
    rmSync(join(place.root, 'bin', 'log'), { force: true });
    await place.nx([...RUN, ...options], { path });
    const log = readFileSync(join(place.root, 'bin', 'log'), 'utf8');
    return ['run-executor.js', 'run-batch.js'].filter((name) => log.includes(name));
  };
  assert.equal(await processes(), ['run-executor.js']);
  assert.equal(await processes('--batch'), ['run-batch.js']);
});

test('a stream shows each line at once, with the name of its task', async ({ place }) => {
  const { output } = await place.nx(['run-many', '-t', 'device-tree', '--outputStyle=stream']);
  for (const name of BOARDS) assert.match(output, `\n${name}:device-tree: ${name} with linux-cell: `);
});

/** Notes down when it begins and ends, and stays in between until `until` holds, 30 s at most: a slow machine decides nothing. */
const noting = (until: string) =>
  `log="$(dirname "$0")/log"; printf + >> "$log"; for i in $(seq 300); do ${until} && break; sleep 0.1; done; printf - >> "$log"; exit 1`;
const ANOTHER_BEGAN = `grep -q '++' "$log"`;
const A_WHILE = '[ "$i" -gt 5 ]';

for (const daemon of [false, true]) {
  test(`no more tasks of a batch run at once than --parallel allows, ${daemon ? 'with' : 'without'} the daemon`, async ({ place }) => {
    const several = availableParallelism() > 1;
    const overlaps = async (parallel: number, until: string) => {
      const path = withDtc(place, noting(until));
      rmSync(join(place.root, 'bin', 'log'), { force: true });
      const { output } = await place.nx([...RUN, `--parallel=${parallel}`], { path, daemon });
      assert.match(output, AS_A_BATCH);
      return readFileSync(join(place.root, 'bin', 'log'), 'utf8').includes('++');
    };
    try {
      assert.equal([await overlaps(3, several ? ANOTHER_BEGAN : A_WHILE), await overlaps(1, A_WHILE)], [several, false]);
    } finally {
      if (daemon) await place.nx(['daemon', '--stop'], { daemon });
    }
  });
}

test.run();
