// SPDX-License-Identifier: Apache-2.0
// Two runs at once in one clone, and what a run that was killed leaves for those who wait.
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { edit, restore, startNx } from '../../effects/scratch.mjs';
import { differences, digestsOf } from '../outputs.mjs';
import { PROJECTS, SMALL } from '../place.mjs';

const STUB_STATE = '.nexus-forge/state/zig/qemu-virt-el2-stub';

/** New inputs that leave all bytes as they are, so that both runs have work to do and one right answer. */
function newInputs(scratch, mark) {
  appendFileSync(join(scratch, 'libs/ion-abi/ion-abi.yaml'), `# ${mark}\n`);
  edit(scratch, 'firmware/el2/smccc.zig', /^(\/\/!.*\n)/m, `$1//! ${mark}\n`);
  rmSync(join(scratch, STUB_STATE), { recursive: true, force: true });
}

/** Runs the same command several times at once; throws unless each is right, and did its work itself if it had to. */
async function together({ scratch, right }, command, count, expected) {
  const runs = await Promise.all(Array.from({ length: count }, () => startNx(scratch, command).ended));
  const faults = runs.flatMap(({ status, ran, output }) => [
    ...(status === 0 ? [] : [`status ${status}`, output]),
    ...(expected === undefined || ran.join() === expected.join() ? [] : [`ran ${ran.join(', ') || 'nothing'}`]),
  ]);
  faults.push(...differences(right, digestsOf(scratch, PROJECTS)));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return runs;
}

export const rows = [
  {
    title: 'two runs at once, with changed inputs',
    harm: async (place) => {
      newInputs(place.scratch, 'two runs');
      await together(place, SMALL.command, 2);
      await restore(place.scratch);
    },
    ran: [],
  },
  {
    title: 'two runs at once, both without the cache',
    harm: async (place) => {
      newInputs(place.scratch, 'two runs without the cache');
      const runs = await together(place, [...SMALL.command, '--skip-nx-cache'], 2, SMALL.ran);
      if (!runs.some(({ output }) => /waiting for process \d+/.test(output))) throw new Error('no run waited for the other');
      await restore(place.scratch);
    },
    ran: [],
  },
  {
    title: 'the lock of a killed process, whose id another process has now, holds nobody up',
    harm: async ({ scratch }) => {
      newInputs(scratch, 'a stale lock');
      mkdirSync(join(scratch, '.nexus-forge/state/zig'), { recursive: true });
      writeFileSync(join(scratch, `${STUB_STATE}.lock`), `${process.pid}-1`);
      const run = startNx(scratch, ['run', 'qemu-virt:el2-stub', '--outputStyle=static'], { detached: true });
      const timer = setTimeout(() => process.kill(-run.pid, 'SIGTERM'), 60_000);
      const { status, output } = await run.ended;
      clearTimeout(timer);
      if (status !== 0) throw new Error(`status ${status}\n${output}`);
      await restore(scratch);
    },
    ran: [],
  },
];
