// SPDX-License-Identifier: Apache-2.0
// What a trap costs, in instructions: a counting guest under Rumpk, and under a stub that does nothing but the trap.
// QEMU counts instructions, so the figures are exact and the same on every machine.
import { join, relative } from 'node:path';
import { benchmark } from './benchmark.mjs';
import { timed } from './run.mjs';
import { buildTrapImages } from './traps/build.mjs';
import { cleanEnvironment, library, ROOT, runExecutor, targetsOf } from './workspace.mjs';

const QEMU = 'qemu-system-aarch64';
const LIMIT_S = 120;
const BOARD = 'apps/qemu-virt/board.yaml';

/** Instructions of the bare stub that issue 3 measures against; it is not the one in this folder. */
const REFERENCE = { hvc_version: 64, mmio_read: 79, mmio_write: 70 };

const TRAPS = {
  hvc_version: 'hypercall answered by the EL2 stub',
  hvc_doorbell: 'hypercall answered by the kernel (doorbell)',
  register_read: 'trapped system register, read',
  mmio_read: 'stage-2 abort, load',
  mmio_write: 'stage-2 abort, store',
};

/** Boots a machine program under instruction counting; what it prints. */
async function boot(kernel, initrd) {
  const { qemuArguments } = library('libs/qemu/src/machine.ts');
  const { loadMachine } = library('libs/proof/src/board.ts');
  const args = qemuArguments({
    machine: loadMachine(ROOT, BOARD),
    boot: { kernel, initrd },
    channels: {},
    keepAfterPowerOff: false,
    icount: true,
  });
  const { output } = await timed(QEMU, args, { cwd: ROOT, env: cleanEnvironment(), limit: LIMIT_S });
  return output;
}

/** Instructions of one round trip of each trap that the guest got to, from its records. */
export function countsOf(output) {
  const hz = Number(/^@bench frequency hz=(\d+)/m.exec(output)?.[1]);
  const records = [...output.matchAll(/^@bench (\w+) calls=(\d+) ticks=(\d+)/gm)];
  const perCall = Object.fromEntries(records.map(([, name, calls, ticks]) => [name, (Number(ticks) * 1e9) / hz / Number(calls)]));
  const { empty, ...loops } = perCall;
  if (empty === undefined) throw new Error(`the counting guest did not run:\n${output.slice(-2000)}`);
  return Object.fromEntries(Object.entries(loops).map(([name, instructions]) => [name, exact(name, instructions - empty)]));
}

/** The counter ticks every 16 instructions; over all calls that is less than a hundredth of one. */
function exact(name, instructions) {
  const whole = Math.round(instructions);
  if (Math.abs(instructions - whole) > 0.02) throw new Error(`${name}: ${instructions} instructions a call: expected a whole number`);
  return whole;
}

/** Counts of a machine that is booted `rounds` times, which must be the same each time. */
async function count(bench, name, kernel, initrd) {
  let counts;
  for (let round = 1; round <= bench.rounds; round++) {
    const found = countsOf(await boot(kernel, initrd));
    if (counts !== undefined && JSON.stringify(found) !== JSON.stringify(counts)) {
      throw new Error(`${name}: counts differ from run to run: ${JSON.stringify(counts)} and ${JSON.stringify(found)}`);
    }
    counts = found;
    bench.say(`${name}, run ${round}/${bench.rounds}: ${Object.keys(found).length} of ${Object.keys(TRAPS).length} traps counted`);
  }
  return counts;
}

/** Rumpk as the EL2 proof boots it, but with a device at every address that a cell has not been given. */
async function buildFirmware(bench, { executor, options }) {
  bench.say('building Rumpk with -Dproof-bench');
  const outputDirectory = join(bench.scratch, 'firmware');
  const defines = { ...options.defines, 'proof-bench': true };
  await runExecutor(executor.split(':')[1], { target: 'bench:traps', options: { ...options, defines }, outputDirectory });
  return join(outputDirectory, options.image);
}

async function buildBundle(bench, { executor, options }, image) {
  const outputDirectory = join(bench.scratch, 'bundle');
  const given = { ...options, image: relative(ROOT, image) };
  await runExecutor(executor.split(':')[1], { target: 'bench:traps', options: given, outputDirectory });
  return join(outputDirectory, 'cell.cpio');
}

const column = (value) => String(value ?? '-').padStart(10);

function sayCounts(bench, { rumpk, bare }) {
  bench.say(`\ninstructions of a round trip${''.padEnd(20)}${['Rumpk', 'bare stub', 'issue 3', 'ratio'].map(column).join('')}`);
  for (const [name, title] of Object.entries(TRAPS)) {
    const peer = REFERENCE[name] ?? bare[name];
    const ratio = rumpk[name] === undefined ? undefined : (rumpk[name] / peer).toFixed(2);
    const line = `${title.padEnd(48)}${[rumpk[name], bare[name], REFERENCE[name], ratio].map(column).join('')}`;
    bench.note('counts', { trap: name, rumpk: rumpk[name], bareStub: bare[name], reference: REFERENCE[name] }, line);
  }
}

await benchmark('traps', 2, async (bench) => {
  const targets = await targetsOf('qemu-virt');
  const { guest, bare } = await buildTrapImages(bench.scratch);
  const bundle = await buildBundle(bench, targets['cell-bundle'], guest);
  const firmware = await buildFirmware(bench, targets['firmware-el2-proof']);
  const { outputDirectory, image } = targets['firmware-el2-proof'].options;
  const counts = {
    rumpk: await count(bench, 'Rumpk', firmware, bundle),
    bare: await count(bench, 'bare stub', bare),
  };
  // The image that is measured is not the one that is proved: every trap both can serve must cost the same.
  const proved = await count(bench, 'Rumpk as proved', join(outputDirectory, image), bundle);
  for (const [name, instructions] of Object.entries(proved)) {
    if (instructions !== counts.rumpk[name]) throw new Error(`${name}: ${counts.rumpk[name]} with -Dproof-bench, ${instructions} without`);
  }
  sayCounts(bench, counts);
});
