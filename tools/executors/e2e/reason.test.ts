// SPDX-License-Identifier: Apache-2.0
// What a proof says about why it ran, by the real Nx and QEMU: what changed, and through which targets it came.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bareGuest } from '../../../libs/qemu/src/testing';
import { Elsewhere, QEMU_WITH_ANOTHER } from './workspace';

/** Makes a copy of a file of its own; the option is what tells this plugin where a target's outputs are. */
const copying = (target: string, from: string, inputs: unknown[]) => {
  const outputDirectory = `dist/guest/${target}`;
  return {
    executor: 'nx:run-commands',
    cache: true,
    options: { command: `mkdir -p ${outputDirectory} && cp ${from} ${outputDirectory}/guest.bin`, outputDirectory, forwardAllArgs: false },
    inputs: [...inputs, { externalDependencies: [] }],
    outputs: [`{workspaceRoot}/${outputDirectory}`],
  };
};
const GUEST = {
  name: 'guest',
  targets: {
    compile: copying('compile', 'guest/guest.bin', ['{projectRoot}/guest.bin', '{projectRoot}/notes.txt']),
    link: { ...copying('link', 'dist/guest/compile/guest.bin', [{ dependentTasksOutputFiles: 'dist/guest/compile/guest.bin' }]), dependsOn: ['compile'] },
  },
};
const BOARD = `name: bare
qemu: { machine: virt, options: { virtualization: on }, cpu: cortex-a72, cpus: 1, memory_mib: 64 }
`;
const PROOF = `proof: bare
title: Bare
claim: It works.
component: Bare
project: bare
target: proof-bare
boards: [bare]
artefacts: { guest: 'guest:link/guest.bin' }
machine: { kernel: guest }
limits: { silence_s: 60, wall_s: 60 }
end: { marker: '^END$' }
checks:
  - { id: hello, title: says hello, expect: [{ line: '^hello$' }] }
mutants:
  - { id: other, does: says something else, rewrite: { artefact: guest, find: hello, replace: HELLO }, kills: [hello] }
does_not_show: [anything else]
`;

const test = suite<{ place: Elsewhere }>('why a proof ran');
test.before.each((context) => {
  const place = (context.place = new Elsewhere());
  place.write('guest/project.json', JSON.stringify(GUEST));
  place.write('guest/notes.txt', 'one');
  writeFileSync(join(place.root, 'guest/guest.bin'), bareGuest('hello\nEND\n'));
  place.write('apps/bare/board.yaml', BOARD);
  place.write('proofs/bare.proof.yaml', PROOF);
});
test.after.each(({ place }) => place.remove());

/** Runs the proof; why it ran by its own account, or undefined when its result came from the cache. */
async function prove(place: Elsewhere): Promise<string[] | undefined> {
  const { status, output, ran } = await place.nx(['run', 'bare:proof-bare', '--outputStyle=static']);
  assert.is(status, 0, output);
  if (!ran.includes('bare:proof-bare')) return undefined;
  return (JSON.parse(readFileSync(join(place.root, 'dist/bare/proof-bare/run.json'), 'utf8')) as { because: string[] }).because;
}

test('each change is named, with the way by which it came', async ({ place }) => {
  assert.equal(await prove(place), ['no earlier evidence here to compare with']);
  assert.is(await prove(place), undefined);

  writeFileSync(join(place.root, 'guest/guest.bin'), bareGuest('hello\nhello\nEND\n'));
  const [bytes, way, ...more] = (await prove(place)) ?? [];
  assert.match(bytes ?? '', /^guest: guest:link made other bytes \(\w{12} -> \w{12}\)$/);
  assert.is(way, 'guest: guest:link <- guest:compile <- guest/guest.bin');
  assert.equal(more, []);

  place.write('guest/notes.txt', 'two');
  assert.is(await prove(place), undefined, 'the same bytes come out');

  place.write('proofs/bare.proof.yaml', PROOF.replace('says hello', 'greets'));
  assert.equal(await prove(place), ['proofs/bare.proof.yaml changed']);

  place.pin({ qemu: QEMU_WITH_ANOTHER });
  const [pin, ...others] = (await prove(place)) ?? [];
  assert.match(pin ?? '', /^workspace\.json pins qemu otherwise: .*\} -> \{.*"version":"99\.0"\}/);
  assert.equal(others, []);
});

test.run();
