// SPDX-License-Identifier: Apache-2.0
// Runs that fail: they are never stored as passed, and change nothing that was right.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { edit, restore, runNx } from '../../effects/scratch.mjs';
import { differences, digestsOf } from '../outputs.mjs';
import { PROJECTS } from '../place.mjs';

/** Each: an edit that makes a task fail; `words` that its error must say; `writes`, whether a failure has outputs. */
const FAILURES = [
  {
    what: 'a failed proof',
    task: 'qemu-virt:proof-default',
    spoil: (scratch) => edit(scratch, 'proofs/default-boot.proof.yaml', 'el: 2, currentel: 0x8', 'el: 1, currentel: 0x8'),
    words: /16\/17/,
    writes: true,
  },
  {
    what: 'a failed generator',
    task: 'ion-abi:generate',
    spoil: (scratch) => edit(scratch, 'libs/ion-abi/ion-abi.yaml', 'version: 1\n', 'versoin: 1\n'),
    words: /ion-abi\.yaml:\d+:\d+: /,
  },
  {
    what: 'a failed compiler',
    task: 'qemu-virt:el2-stub',
    spoil: (scratch) => edit(scratch, 'firmware/el2/smccc.zig', /^const /m, 'cons '),
    words: /smccc\.zig:\d+:\d+: error/,
  },
];

/** Nx marks a task whose result it had: `> nx run project:target  [local cache]`. */
const isFromCache = (output, task) => output.replace(/\x1b\[\d*m/g, '').includes(`nx run ${task}  [`);

const verdictOf = (scratch) => {
  const file = join(scratch, 'dist/qemu-virt/proof-default/evidence.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).verdict : 'no evidence';
};

/** Runs a spoilt task twice: each time it must really run, and fail. */
async function failTwice({ scratch, right }, { task, words, writes }) {
  const faults = [];
  for (const time of ['first', 'second']) {
    const { status, ran, output } = await runNx(scratch, ['run', task, '--outputStyle=static']);
    if (status === 0) faults.push(`the ${time} run passed`);
    // Nx gives a stored failure the same status as one that has just happened.
    if (!ran.includes(task) || isFromCache(output, task)) faults.push(`the ${time} run did not run ${task}`, output);
    if (!words.test(output)) faults.push(`the ${time} run does not say ${words}:`, output);
  }
  if (writes && verdictOf(scratch) === 'passed') faults.push('the evidence says passed');
  if (!writes) faults.push(...differences(right, digestsOf(scratch, PROJECTS)));
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

export const rows = FAILURES.map((failure) => ({
  title: `${failure.what} is not stored`,
  harm: async (place) => {
    failure.spoil(place.scratch);
    await failTwice(place, failure);
    await restore(place.scratch);
  },
  ran: [],
}));
