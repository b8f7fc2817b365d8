// SPDX-License-Identifier: Apache-2.0
// Device trees, stubs and firmware of all boards from nothing, against dtc and zig build, as many at once.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { edit, restore } from '../../test/effects/scratch.mjs';
import { nxSeconds } from '../clone.mjs';
import { zigOrder } from '../orders.mjs';
import { timed } from '../run.mjs';
import { targetsOf } from '../workspace.mjs';

const BUDGET = 1.5;
const TARGETS = ['device-tree', 'el2-stub', 'firmware', 'firmware-el2-proof'];
const TREES = ['board.dtb', 'cell.dtb', 'manifest.dtb'];
/** Read by the stub and by Rumpk: a comment there has all of them built again. */
const SHARED_SOURCE = 'firmware/fdt/fdt.zig';

/** What the stages keep goes, and each source differs by a comment from everything that Nx has stored. */
async function emptied(clone, boards) {
  await restore(clone);
  rmSync(join(clone, '.nexus-forge', 'state', 'zig'), { recursive: true, force: true });
  const mark = `measured at ${process.hrtime.bigint()}`;
  edit(clone, SHARED_SOURCE, /^(\/\/!.*\n)/m, `$1//! ${mark}.\n`);
  for (const board of boards) edit(clone, `apps/${board}/board.yaml`, /^(#.*\n)/, `$1# ${mark}\n`);
}

/** dtc's and Zig's command lines; `round` has a cache and output folders of its own. */
async function plainOrders(clone, boards, { scratch, sources }) {
  const targets = await Promise.all(boards.map((board) => targetsOf(board, clone)));
  const trees = sources.map((source) => () => ({ argv: ['dtc', '-I', 'dts', '-O', 'dtb', '-o', `${source}.dtb`, source] }));
  const zig = boards.flatMap((board, index) =>
    TARGETS.filter((name) => name !== 'device-tree').map((name) => async (round) => {
      const places = { prefix: join(scratch, `out-${round}`, board, name), cache: join(scratch, `zig-cache-${round}`) };
      return zigOrder(clone, targets[index][name].options, places);
    }),
  );
  return { trees, zig };
}

/** Runs orders, as many at once as there are processors. */
async function inTurn(orders, round) {
  const queue = [...orders];
  const worker = async () => {
    for (let order = queue.shift(); order; order = queue.shift()) {
      const { argv, cwd, env } = await order(round);
      await timed(argv[0], argv.slice(1), { cwd, env });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** The boards' trees as source text, for dtc. */
function treeSources(clone, boards, scratch) {
  return boards.flatMap((board) =>
    TREES.map((name) => {
      const source = join(scratch, `${board}-${name}.dts`);
      const blob = join(clone, 'dist', board, 'device-tree', name);
      execFileSync('dtc', ['-q', '-I', 'dtb', '-O', 'dts', '-o', source, blob]);
      return source;
    }),
  );
}

export async function measureBuild(bench, clone, boards) {
  bench.say(`\nfrom nothing: ${TARGETS.join(', ')} of all boards, against dtc and zig build`);
  const args = ['run-many', '-t', ...TARGETS, '-p', ...boards, '--outputStyle=static'];
  const expected = boards.flatMap((board) => TARGETS.map((target) => `${board}:${target}`));
  const { trees, zig } = await plainOrders(clone, boards, { scratch: bench.scratch, sources: treeSources(clone, boards, bench.scratch) });
  const ours = async (...more) => {
    await emptied(clone, boards);
    return nxSeconds(clone, [...args, ...more], expected);
  };
  const plain = async (round) => {
    const started = performance.now();
    await inTurn(trees, round);
    await inTurn(zig, round);
    return (performance.now() - started) / 1000;
  };
  const found = await bench.interleaved({ ours: () => ours(), single: () => ours('--no-batch'), plain });
  await restore(clone);
  bench.ratio('all boards built from nothing / zig build and dtc', found.ours, found.plain, BUDGET);
  bench.ratio('the same without batches / with them', found.single, found.ours);
}
