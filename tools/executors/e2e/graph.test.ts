// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { placeOfThreeBoards } from './boards';
import { Elsewhere } from './workspace';

interface Shown {
  root: string;
  targets: Record<string, { executor: string; dependsOn?: unknown[]; inputs?: unknown[]; outputs?: string[] }>;
}

const test = suite<{ place: Elsewhere }>('graph, by the real Nx');
test.before.each((context) => {
  context.place = new Elsewhere();
});
test.after.each(({ place }) => place.remove());

const PROJECTS = ['cell', 'kern', 'kernel', 'ring', 'virt'];
const projectsOf = async (place: Elsewhere, path?: string) => (await place.json<string[]>(['show', 'projects', '--json'], { path })).sort();

test('projects and targets, with no tool anywhere', async ({ place }) => {
  assert.equal(await projectsOf(place, '/nonexistent'), PROJECTS);
  const shown = await place.json<Shown>(['show', 'project', 'kern', '--json'], { path: '/nonexistent' });
  assert.is(shown.root, 'firmware/kern');
  assert.equal(Object.keys(shown.targets).sort(), ['audit', 'build', 'proof', 'proof-boot', 'test']);
  const board = await place.json<Shown>(['show', 'project', 'virt', '--json'], { path: '/nonexistent' });
  assert.equal(board.targets['proof-boot']?.outputs, ['{workspaceRoot}/dist/virt/proof-boot']);
  const kernel = await place.json<Shown>(['show', 'project', 'kernel', '--json'], { path: '/nonexistent' });
  assert.ok(kernel.targets['kernel'], 'the target name that nx.json chose');
});

test('nx graph: edges and task dependencies', async ({ place }) => {
  const { status, output } = await place.nx(['graph', '--file=graph.json'], { path: '/nonexistent' });
  assert.is(status, 0, output);
  const { graph } = JSON.parse(readFileSync(join(place.root, 'graph.json'), 'utf8')) as {
    graph: { dependencies: Record<string, { target: string }[]> };
  };
  const edges = (project: string) => [...new Set(graph.dependencies[project]?.map(({ target }) => target))].sort();
  assert.equal(edges('kern'), ['ring', 'virt']);
  assert.equal(edges('virt'), ['cell', 'kern']);
  assert.equal(edges('cell'), ['kernel']);
});

const BROKEN: [file: string, text: string, task: string, place: RegExp][] = [
  ['proofs/boot.proof.yaml', 'title: It boots\nproject: kern\ntarget: proof-boot\nchecks: [\n', 'kern:proof-boot', /proofs\/boot\.proof\.yaml:\d+:\d+: /],
  ['apps/virt/board.yaml', 'name: virt\n  cell: x\n', 'virt:device-tree', /apps\/virt\/board\.yaml:\d+:\d+: /],
  [
    'apps/virt/board.yaml',
    'name: virt\ncell: cell/cell.yaml\nfirmware:\n  package: firmware/none\n  builds: { firmware: {} }\n',
    'virt:firmware',
    /apps\/virt\/board\.yaml:4:3: firmware\.package names firmware\/none, .*\n.*one of firmware\/kern, firmware\/ring/,
  ],
  ['workspace.json', '{ "toolchain": { "zig": }', 'ring:test', /workspace\.json:1:\d+: /],
  ['workspace.json', '{ "toolchain": {}, "tolchain": {} }', 'ring:test', /workspace\.json:1:\d+: unknown key tolchain/],
  ['proofs/boot.proof.yaml', 'title: It boots\nproject: nowhere\ntarget: proof-boot\n', 'proofs:proof-boot', /proofs\/boot\.proof\.yaml:2:1: the proof's project nowhere does not exist/],
];
for (const [file, text, task, expected] of BROKEN) {
  test(`a broken ${file} (${task}) fails its own task, with its place, and no other command`, async ({ place }) => {
    place.write(file, text);
    const projects = await projectsOf(place);
    for (const name of PROJECTS) assert.ok(projects.includes(name), name);
    const { status, output } = await place.nx(['run', task, '--excludeTaskDependencies', '--outputStyle=static']);
    assert.is.not(status, 0);
    assert.match(output, expected);
    if (task !== 'ring:test') assert.is((await place.nx(['run', 'ring:test'])).status, 0);
  });
}

test('a cell that names projects nobody has: its own error, with the places, and none of Nx', async () => {
  const place = placeOfThreeBoards();
  try {
    const cell = readFileSync(join(place.root, 'cell/cell.yaml'), 'utf8');
    place.write('cell/cell.yaml', cell.replace('kernel: kernel', 'image: nowhere:kernel/Image'));
    const { status, output } = await place.nx(['run', 'first:cell-bundle', '--outputStyle=static']);
    assert.is.not(status, 0);
    assert.match(output, /error: cell\/cell\.yaml:\d+:1: image names the project nowhere, which does not exist\n {2}expected: one of .*kernel/);
    assert.match(output, /cell\/cell\.yaml:\d+:1: initramfs names the project linux-init, which does not exist/);
    assert.not.match(output, /misconfigured/);
  } finally {
    place.remove();
  }
});

test('a project.json overrides what is inferred', async ({ place }) => {
  place.write('firmware/ring/project.json', '{ "name": "rings", "targets": { "test": { "options": { "timeoutSeconds": 5 } } } }');
  const { targets } = await place.json<Shown & { targets: Record<string, { options: Record<string, unknown> }> }>(['show', 'project', 'rings', '--json']);
  assert.is(targets['test']?.options['timeoutSeconds'], 5);
  assert.is(targets['test']?.options['package'], 'firmware/ring');
});

test('a proof that boots what no target makes says so, though a file is left of it', async () => {
  const place = new Elsewhere();
  try {
    place.write('proofs/boot.proof.yaml', 'title: It boots\nproject: kern\ntarget: proof-boot\nboards: [virt]\nartefacts: { firmware: gone:firmware/kern.img }\n');
    place.write('dist/gone/firmware/kern.img', 'left over');
    const { status, output } = await place.nx(['run', 'kern:proof-boot', '--outputStyle=static']);
    assert.is.not(status, 0);
    assert.match(output, /error: virt:proof-boot takes what gone:firmware should make\n {2}expected: a target that exists/);
    assert.not.match(output, /misconfigured/);
  } finally {
    place.remove();
  }
});

test.run();
