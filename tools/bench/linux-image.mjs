// SPDX-License-Identifier: Apache-2.0
// The linux-image executor from nothing against the plain commands it runs. Two whole kernel builds a round.
import { mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { benchmark } from './benchmark.mjs';
import { kernelOrder, toolEnvironment } from './orders.mjs';
import { kernelScript } from './plain.mjs';
import { timed } from './run.mjs';
import { library, ROOT, runExecutor, targetsOf } from './workspace.mjs';

const BUDGET = 1.03;

/** An empty folder, for a build from nothing. */
function fresh(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
}

/** The executor with a state of its own; what it took, and its Image. */
async function byExecutor(folder, options) {
  fresh(folder);
  const given = { ...options, stateDirectory: relative(ROOT, join(folder, 'state')) };
  const outputDirectory = join(folder, 'image');
  const run = { target: 'linux-image:image', options: given, outputDirectory, accounted: true };
  const { seconds, cpu } = await runExecutor('linux-image', run);
  return { seconds, cpu, image: join(outputDirectory, 'Image') };
}

async function byShell(folder, script) {
  fresh(folder);
  const { seconds, cpu } = await timed('sh', ['-euc', script], { env: toolEnvironment(), accounted: true });
  return { seconds, cpu, image: join(folder, 'objects/arch/arm64/boot/Image') };
}

await benchmark('linux-image', 1, async (bench) => {
  const { sha256File } = library('libs/artefact/src/digest.ts');
  const { options } = (await targetsOf('linux-image')).image;
  const order = await kernelOrder(ROOT, options);
  const folder = join(bench.scratch, 'build');
  const script = kernelScript({ ...order, place: folder }).join('\n');
  bench.configure({ script, tarball: sha256File(order.tarball) });
  const cpu = { executor: [], shell: [] };
  const digests = new Set();
  const measured = (name, build) => async () => {
    const { seconds, cpu: used, image } = await build();
    cpu[name].push(used);
    digests.add(sha256File(image));
    rmSync(folder, { recursive: true });
    return seconds;
  };
  bench.say('two kernel builds a round, from the tarball to the Image; this takes a while');
  const sides = {
    executor: measured('executor', () => byExecutor(folder, options)),
    shell: measured('shell', () => byShell(folder, script)),
  };
  const found = await bench.interleaved(sides, { warmUp: false });
  if (digests.size !== 1) throw new Error(`the two sides build other kernels: ${[...digests].join(', ')}`);
  bench.ratio('linux-image executor from nothing / plain tar and make', found.executor, found.shell, BUDGET);
  bench.ratio('the same, processor time', cpu.executor, cpu.shell, BUDGET);
});
