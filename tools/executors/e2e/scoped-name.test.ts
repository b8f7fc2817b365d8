// SPDX-License-Identifier: Apache-2.0
// Packages whose names have a scope, as producers and as projects of this plugin, by the real Nx.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Elsewhere } from './workspace';

interface Planned {
  tasks: { tasks: Record<string, { outputs: string[] }>; dependencies: Record<string, string[]> };
}

const test = suite<{ place: Elsewhere }>('names with a scope, by the real Nx');
test.before.each((context) => {
  context.place = new Elsewhere();
  context.place.write('blob/package.json', '{ "name": "@acme/blob", "version": "1.0.0" }');
  const make = { command: 'mkdir -p dist/@acme/blob/make', outputs: ['{workspaceRoot}/dist/@acme/blob/make'] };
  context.place.write('blob/project.json', JSON.stringify({ name: '@acme/blob', targets: { make } }));
});
test.after.each(({ place }) => place.remove());

async function planned(place: Elsewhere, task: string): Promise<Planned['tasks']> {
  const { status, output } = await place.nx(['run', task, '--graph=plan.json']);
  assert.is(status, 0, output);
  return (JSON.parse(readFileSync(join(place.root, 'plan.json'), 'utf8')) as Planned).tasks;
}

type Targets = Record<string, { inputs: unknown[]; options: Record<string, unknown> }>;

async function targetsOf(place: Elsewhere, project: string): Promise<Targets> {
  return (await place.json<{ targets: Targets }>(['show', 'project', project, '--json'])).targets;
}

test('a cell and a proof take what such a package makes', async ({ place }) => {
  place.write('cell/cell.yaml', "name: cell\nimage: '@acme/blob:make/Image'\n");
  const artefacts = "artefacts: { firmware: '{board}:firmware/kern.img', blob: '@acme/blob:make/a.bin' }";
  place.write('proofs/boot.proof.yaml', `title: It boots\ntarget: proof-boot\nboards: [virt]\n${artefacts}\n`);
  const bundle = await planned(place, 'virt:cell-bundle');
  assert.ok(bundle.dependencies['virt:cell-bundle']?.includes('@acme/blob:make'), JSON.stringify(bundle.dependencies));
  const proof = await planned(place, 'virt:proof-boot');
  assert.equal(proof.dependencies['virt:proof-boot']?.sort(), ['@acme/blob:make', 'virt:firmware']);
  const inputs = JSON.stringify((await targetsOf(place, 'virt'))['proof-boot']?.inputs);
  assert.ok(inputs.includes('{"dependentTasksOutputFiles":"dist/@acme/blob/make/a.bin"}'), inputs);
});

test('a Zig package with such a name is built under the name of its folder', async ({ place }) => {
  place.write('firmware/kern/project.json', '{ "name": "@acme/kern" }');
  const { image, elf } = (await targetsOf(place, 'virt'))['firmware']?.options ?? {};
  assert.equal([image, elf], ['kern.img', 'kern.elf']);
  place.write('firmware/ring/project.json', '{ "name": "@acme/ring" }');
  const { ran, output } = await place.nx(['run', '@acme/ring:test', '--outputStyle=static']);
  assert.equal(ran, ['@acme/ring:test'], output);
  assert.ok(readFileSync(join(place.root, 'dist/@acme/ring/test/results.json')));
});

test.run();
