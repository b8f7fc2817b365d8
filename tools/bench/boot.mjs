// SPDX-License-Identifier: Apache-2.0
// From QEMU's start to the verdict: Linux proved under Rumpk against the same Image and initramfs booted directly.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareBoot, milestoneNames, QEMU } from './bare-boot.mjs';
import { benchmark } from './benchmark.mjs';
import { median } from './figures.mjs';
import { runExecutor, targetsOf } from './workspace.mjs';

const BUDGET = 1.3;
const LIMIT_S = 120;

/** The proof as its target runs it; seconds from QEMU's start to the verdict, and of the whole command. */
function proofRun(scratch, options) {
  const outputDirectory = join(scratch, 'proof');
  const whole = [];
  const run = async () => {
    const { seconds } = await runExecutor('proof', { target: 'qemu-virt:proof-el2', options, outputDirectory, limit: LIMIT_S });
    whole.push(seconds);
    return JSON.parse(readFileSync(join(outputDirectory, 'run.json'), 'utf8')).durationMs / 1000;
  };
  return { run, whole };
}

/** How far each boot had come when, as medians: where the difference between two boots lies. */
function sayMilestones(bench, sides) {
  for (const [name, { rounds }] of Object.entries(sides)) {
    const reached = milestoneNames.flatMap((milestone) => {
      const times = counted(rounds).map((round) => round.reached[milestone]).filter((time) => time !== undefined);
      return times.length > 0 ? [[milestone, median(times)]] : [];
    });
    const line = reached.map(([milestone, time]) => `${milestone} ${time.toFixed(3)} s`).join(', ');
    bench.note('milestones', { name, ...Object.fromEntries(reached) }, `${name}: ${line}`);
  }
}

/** Without the warm-up round. */
const counted = (rounds) => rounds.slice(1);
const processorTime = ({ rounds }) => counted(rounds).map(({ cpu }) => cpu);

await benchmark('boot', 9, async (bench) => {
  const el2 = (await targetsOf('qemu-virt'))['proof-el2'].options;
  const direct = await bareBoot((await targetsOf('qemu-virt'))['proof-direct-boot'].options, bench.scratch);
  const rumpk = await bareBoot(el2, bench.scratch);
  const proof = proofRun(bench.scratch, el2);
  bench.configure({ direct: [QEMU, ...direct.args], rumpk: [QEMU, ...rumpk.args] });
  const found = await bench.interleaved({ direct: direct.run, rumpk: rumpk.run, verdict: proof.run });
  sayMilestones(bench, { direct, rumpk });
  bench.ratio('proof, QEMU start to the verdict / direct boot', found.verdict, found.direct, BUDGET);
  bench.ratio('Rumpk and Linux without the proof / direct boot', found.rumpk, found.direct);
  bench.ratio("Rumpk and Linux without the proof / direct boot, QEMU's processor time", processorTime(rumpk), processorTime(direct));
  bench.ratio('the whole proof command without Nx / direct boot', counted(proof.whole), found.direct);
});
