// SPDX-License-Identifier: Apache-2.0
// The plugin's options in nx.json, by the real Nx.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Elsewhere } from './workspace';

interface Shown {
  targets: Record<string, { executor: string; inputs?: unknown[] }>;
}

const test = suite<{ place: Elsewhere }>('options of the plugin, by the real Nx');
test.before.each((context) => {
  context.place = new Elsewhere();
});
test.after.each(({ place }) => place.remove());

function withOptions(place: Elsewhere, options: object): void {
  const nxJson = JSON.parse(readFileSync(join(place.root, 'nx.json'), 'utf8')) as { plugins: { options: object }[] };
  nxJson.plugins[0]!.options = options;
  place.write('nx.json', JSON.stringify(nxJson));
}

test('files in other folders, which nx.json names', async ({ place }) => {
  withOptions(place, { roots: { boards: 'packages', firmware: ['src/fw', 'firmware'], proofs: 'checks' } });
  place.write('src/fw/hello/build.zig', 'pub fn build(b: *std.Build) void { b.step("test", "x"); }\n');
  for (const [name, folder] of [
    ['desk', 'src/fw/hello'],
    ['far', 'libs/none'],
  ]) {
    const firmware = `firmware:\n  package: ${folder}\n  builds: { firmware: {} }\n`;
    place.write(`packages/${name}/board.yaml`, `name: ${name}\ncell: cell/cell.yaml\n${firmware}`);
  }
  place.write('checks/lost.proof.yaml', 'title: It boots\nproject: nowhere\ntarget: proof-lost\n');
  const projects = await place.json<string[]>(['show', 'projects', '--json']);
  assert.equal(projects.sort(), ['cell', 'checks', 'desk', 'far', 'hello', 'kern', 'kernel', 'ring']);
  const board = await place.json<Shown>(['show', 'project', 'desk', '--json']);
  assert.is(board.targets['firmware']?.executor, '@nexus-forge/nx:zig-build');
  assert.ok(board.targets['firmware']?.inputs?.includes('{workspaceRoot}/src/fw/hello/**/*'));
  const far = await place.nx(['run', 'far:firmware', '--outputStyle=static']);
  assert.match(far.output, /packages\/far\/board\.yaml:4:3: firmware\.package names libs\/none, /);
  assert.match(far.output, /expected: a folder in src\/fw\/ or firmware\/ that has/);
  assert.match(far.output, /to do: .*"firmware":\["src\/fw","firmware","libs"\]/);
  const lost = await place.nx(['run', 'checks:proof-lost', '--outputStyle=static']);
  assert.match(lost.output, /checks\/lost\.proof\.yaml:2:1: the proof's project nowhere does not exist/);
});

test('an option that the plugin does not have is refused, once', async ({ place }) => {
  withOptions(place, { outputRot: 'x' });
  const { status, output } = await place.nx(['show', 'projects']);
  assert.is.not(status, 0);
  assert.is(output.match(/nx\.json: the plugin has no option outputRot/g)?.length, 1, output);
  assert.match(output, /expected: one of targetNames, outputRoot, roots/);
});

test.run();
