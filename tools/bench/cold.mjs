// SPDX-License-Identifier: Apache-2.0
// Everything from nothing: a clone without outputs, caches and kept state to the EL2 proof's verdict, against the same
// steps as one shell script.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeScratch, removeScratch } from '../test/effects/scratch.mjs';
import { benchmark } from './benchmark.mjs';
import { coldScript } from './cold/script.mjs';
import { toolEnvironment } from './orders.mjs';
import { timed } from './run.mjs';
import { ROOT, runNx } from './workspace.mjs';

const BUDGET = 1.05;
const VERDICT = /Result: 33\/33 ===/;
/** What a clone of git's would not have; the bundled plugin stays, as `npm ci` makes it. */
const LEFT_BEHIND = ['.nx', '.nexus-forge', 'dist'];

/** Zig's global cache of a machine that has never built with Zig. */
function freshZigCache(bench) {
  const folder = join(bench.scratch, 'zig-global');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  return { ZIG_GLOBAL_CACHE_DIR: folder };
}

async function byNx(bench) {
  const clone = await makeScratch(ROOT, { without: LEFT_BEHIND });
  try {
    const { seconds, output } = await runNx(['run', 'rumpk:proof-el2', '--outputStyle=static'], { root: clone, env: freshZigCache(bench) });
    if (!VERDICT.test(output)) throw new Error(`the proof was not run\n${output.slice(-2000)}`);
    return seconds;
  } finally {
    removeScratch(clone);
  }
}

async function byShell(bench) {
  const place = join(bench.scratch, 'plain');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  const { lines, lists, copies } = await coldScript(ROOT, place);
  for (const [from, to] of copies) cpSync(from, to, { recursive: true });
  for (const [file, text] of Object.entries(lists)) writeFileSync(file, text);
  const script = lines.join('\n');
  bench.configure({ script });
  const { seconds, output } = await timed('sh', ['-euc', script], { env: { ...toolEnvironment(), ...freshZigCache(bench) } });
  if (!/^@rumpk end result=ok/m.test(output)) throw new Error(`Rumpk did not end well\n${output.slice(-2000)}`);
  rmSync(place, { recursive: true });
  return seconds;
}

await benchmark('cold', 1, async (bench) => {
  bench.say('two kernels and two Zig caches a round, from nothing to the verdict; this takes a while');
  const found = await bench.interleaved({ ours: () => byNx(bench), shell: () => byShell(bench) }, { warmUp: false });
  bench.ratio('cold nx run rumpk:proof-el2 / the same steps as a shell script', found.ours, found.shell, BUDGET);
});
