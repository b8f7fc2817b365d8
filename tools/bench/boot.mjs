// SPDX-License-Identifier: Apache-2.0
// From QEMU's start to the verdict: Linux proved under Rumpk against the same Image and initramfs booted directly.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchmark } from './benchmark.mjs';
import { median } from './figures.mjs';
import { timed } from './run.mjs';
import { cleanEnvironment, library, ROOT, runExecutor, targetsOf } from './workspace.mjs';

const BUDGET = 1.3;
const QEMU = 'qemu-system-aarch64';
const LIMIT_S = 120;

/** Lines whose time says how far a boot has come; what a boot never prints is left out of its row. */
const MILESTONES = [
  ['first line of Rumpk', /^\[rumpk\]|^@rumpk/],
  ['ERET into Linux', /^@rumpk eret\.attempt/],
  ['first line of Linux', /Booting Linux/],
  ['/init', /Run \/init as init process/],
  ['end of /init', /@init end/],
];

/** A machine as a proof describes it, booted without the proof: no QMP, no gdb, no log. */
function bareBoot({ spec: file, board, artefacts }) {
  const { qemuArguments } = library('libs/qemu/src/machine.ts');
  const { loadMachine } = library('libs/proof/src/board.ts');
  const { loadProof } = library('libs/proof/src/spec/load.ts');
  const { mergeMachine } = library('libs/proof/src/prove.ts');
  const { makeLine } = library('libs/proof/src/transcript.ts');
  const spec = loadProof(join(ROOT, file), file);
  const { kernel, initrd, append } = spec.machine;
  const boot = { kernel: artefacts[kernel], initrd: artefacts[initrd], append };
  const machine = mergeMachine(loadMachine(ROOT, board), spec.machine);
  const args = qemuArguments({ machine, boot, channels: {}, keepAfterPowerOff: false, icount: spec.machine.icount });
  const marker = new RegExp(spec.end.marker, 'u');
  const milestones = [];
  const run = async () => {
    const reached = {};
    let ended = false;
    const onLine = (received, seconds) => {
      const { text } = makeLine(0, received);
      ended ||= marker.test(text);
      const name = MILESTONES.find(([, pattern]) => pattern.test(text))?.[0];
      if (name !== undefined) reached[name] ??= seconds;
    };
    const { seconds, output } = await timed(QEMU, args, { cwd: ROOT, env: cleanEnvironment(), limit: LIMIT_S, onLine });
    if (!ended) throw new Error(`${file}: no line matches ${marker}\n${output.slice(-2000)}`);
    milestones.push({ ...reached, 'end of QEMU': seconds });
    return seconds;
  };
  return { run, args, milestones };
}

/** The proof as its target runs it; seconds from QEMU's start to the end of the evidence, and of the whole command. */
function proofRun(scratch, options) {
  const outputDirectory = join(scratch, 'proof');
  const whole = [];
  const run = async () => {
    const { seconds } = await runExecutor('proof', { target: 'rumpk:proof-el2', options, outputDirectory, limit: LIMIT_S });
    whole.push(seconds);
    return JSON.parse(readFileSync(join(outputDirectory, 'run.json'), 'utf8')).durationMs / 1000;
  };
  return { run, whole };
}

/** How far each boot had come when, as medians: where the difference between two boots lies. */
function sayMilestones(bench, sides) {
  for (const [name, { milestones }] of Object.entries(sides)) {
    const names = [...MILESTONES.map(([milestone]) => milestone), 'end of QEMU'];
    const reached = names.flatMap((milestone) => {
      const times = milestones.map((round) => round[milestone]).filter((time) => time !== undefined);
      return times.length > 0 ? [[milestone, median(times)]] : [];
    });
    const line = reached.map(([milestone, time]) => `${milestone} ${time.toFixed(3)} s`).join(', ');
    bench.note('milestones', { name, ...Object.fromEntries(reached) }, `${name}: ${line}`);
  }
}

await benchmark('boot', 9, async (bench) => {
  const el2 = (await targetsOf('rumpk'))['proof-el2'].options;
  const direct = bareBoot((await targetsOf('linux-cell'))['proof-direct-boot'].options);
  const rumpk = bareBoot(el2);
  const proof = proofRun(bench.scratch, el2);
  bench.configure({ direct: [QEMU, ...direct.args], rumpk: [QEMU, ...rumpk.args] });
  const found = await bench.interleaved({ direct: direct.run, rumpk: rumpk.run, verdict: proof.run });
  sayMilestones(bench, { direct, rumpk });
  bench.ratio('proof, QEMU start to the end of the evidence / direct boot', found.verdict, found.direct, BUDGET);
  bench.ratio('Rumpk and Linux without the proof / direct boot', found.rumpk, found.direct);
  bench.ratio('the whole proof command without Nx / direct boot', proof.whole.slice(1), found.direct);
});
