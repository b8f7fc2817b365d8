// SPDX-License-Identifier: Apache-2.0
// Runs that are ended from outside in the middle of their work.
import { appendFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { edit, restore, runNx, startNx } from '../../effects/scratch.mjs';
import { differences, digestsOf } from '../outputs.mjs';
import { PROJECTS } from '../place.mjs';
import { leftRunning, untilRuns } from '../processes.mjs';

/** Each: who is told what. A negative id means the whole process group, which is what a terminal's Ctrl-C reaches. */
const ENDINGS = [
  { how: 'Ctrl-C', signal: 'SIGINT', to: (pid) => -pid },
  { how: 'SIGTERM to Nx', signal: 'SIGTERM', to: (pid) => pid },
  { how: 'SIGKILL to Nx and its executors', signal: 'SIGKILL', to: (pid) => -pid },
  { how: 'SIGKILL to Nx alone', signal: 'SIGKILL', to: (pid) => pid },
];

const START_LIMIT_MS = 120_000;
const END_LIMIT_MS = 10_000;

/** A test that never ends: the firmware's own take milliseconds. */
const ENDLESS = '\ntest "endless" {\n    var spins: usize = 1;\n    while (spins != 0) spins +%= 2;\n}\n';

/** Has kept state go, by its folder below .nexus-forge/state. */
const forget = (scratch, ...folder) => rmSync(join(scratch, '.nexus-forge', 'state', ...folder), { recursive: true, force: true });

/** A comment that makes the stub's sources, which are Rumpk's too, others. */
const editFirmware = (scratch, mark) => edit(scratch, 'firmware/el2/smccc.zig', /^(\/\/!.*\n)/m, `$1//! ${mark}\n`);

/**
 * Each: the task; `edit`, which gives it inputs that no cache has seen; `during`, a process that tells it is in the
 * middle of its work, and for how long it has been there when it is ended; `endings`, where not all of them. A `frozen`
 * process does nothing in that time, and can only be killed.
 */
const WORK = [
  {
    what: 'a zig build',
    task: 'qemu-virt:firmware',
    edit: (scratch, mark) => {
      forget(scratch, 'zig', 'qemu-virt-firmware');
      editFirmware(scratch, mark);
    },
    // The kernel, which takes two seconds; the stub before it is there for a moment.
    during: /\/zig build-exe .*-fentry=rumpk_entry /,
    forMs: 500,
  },
  {
    what: 'the compilation of a build script',
    task: 'qemu-virt:el2-stub',
    edit: (scratch, mark) => {
      forget(scratch, 'zig', 'qemu-virt-el2-stub');
      forget(scratch, 'zig-scripts', 'firmware-el2');
      editFirmware(scratch, mark);
    },
    during: /\/zig build-exe .*\/zig-scripts\/firmware-el2 /,
    forMs: 300,
  },
  {
    what: 'a host test',
    task: 'mutant:test',
    edit: (scratch, mark) => appendFileSync(join(scratch, 'firmware/mutant/mutant.zig'), `// ${mark}${ENDLESS}`),
    during: /state\/zig\/mutant-test\/o\/\w+\/test --cache-dir/,
    forMs: 100,
    endings: ENDINGS.filter(({ how }) => how !== 'SIGTERM to Nx' && how !== 'SIGKILL to Nx alone'),
    endless: true,
  },
  {
    what: 'QEMU',
    task: 'qemu-virt:proof-default',
    edit: (scratch, mark) => edit(scratch, 'proofs/default-boot.proof.yaml', 'title: exception level\n', `title: ${mark}\n`),
    during: /qemu-system-aarch64 .*\brumpk\.img/,
    forMs: 200,
    // The guest's own end takes milliseconds: on a busy machine it would be first.
    frozen: true,
  },
];

/** Ends a run in the middle; throws what it leaves. */
async function interrupt({ scratch, right }, { task, during, forMs, frozen }, { signal, to }) {
  const { pid, ended } = startNx(scratch, ['run', task, '--outputStyle=static'], { detached: true });
  const found = await untilRuns(scratch, during, START_LIMIT_MS);
  if (frozen) for (const running of found) process.kill(running.pid, 'SIGSTOP');
  await sleep(forMs);
  process.kill(to(pid), signal);
  const { status } = await ended;
  const faults = [
    ...(status === 0 ? ['the run ended with status 0'] : []),
    ...(await leftRunning(dirname(scratch), END_LIMIT_MS)),
    ...differences(right, digestsOf(scratch, PROJECTS)),
  ];
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

/** The same task with the same inputs, which no cache may know now; an endless one with those it had before. */
async function runAgain({ scratch }, { task, endless }) {
  if (endless) await restore(scratch);
  const { status, ran, output } = await runNx(scratch, ['run', task, '--outputStyle=static', ...(endless ? ['--skip-nx-cache'] : [])]);
  if (status !== 0 || !ran.includes(task)) throw new Error(`run again: status ${status}, ran ${ran.join(', ') || 'nothing'}\n${output}`);
}

export const rows = WORK.flatMap((work) =>
  (work.endings ?? ENDINGS).map((ending) => ({
    title: `${ending.how} in the middle of ${work.what}`,
    harm: async (place) => {
      work.edit(place.scratch, `ended by ${ending.how}`);
      await interrupt(place, work, ending);
      await runAgain(place, work);
      await restore(place.scratch);
    },
  })),
);
