// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CATALOGUE } from './catalogue';
import { HOST_TOOLS, requireHostTools } from './host-tools';
import { HOST, identityVariable } from './identity';

const test = suite<{ folder: string; path: string | undefined }>('host tools');
test.before.each((it) => {
  it.folder = mkdtempSync(join(tmpdir(), 'nf-host-tools-'));
  it.path = process.env['PATH'];
  process.env['PATH'] = it.folder;
  writeFileSync(join(it.folder, 'workspace.json'), '{ "toolchain": {} }');
});
test.after.each(({ folder, path }) => {
  process.env['PATH'] = path;
  delete process.env[identityVariable('make')];
  rmSync(folder, { recursive: true, force: true });
});

const install = (folder: string, command: string, content = command) => writeFileSync(join(folder, command), content, { mode: 0o755 });
const failure = (folder: string, names: string[]) => requireHostTools(folder, names).then(() => '', (error: Error) => error.message);

test('tools that are there have one digest, by the content of all', async ({ folder }) => {
  for (const command of ['make', 'tar']) install(folder, command);
  const first = await requireHostTools(folder, ['make', 'tar']);
  assert.match(first, /^[0-9a-f]{64}$/);
  assert.is(await requireHostTools(folder, ['make', 'tar']), first);
  install(folder, 'tar', 'another tar');
  assert.is.not(await requireHostTools(folder, ['make', 'tar']), first);
});

test('a missing tool names the package that brings it', async ({ folder }) => {
  install(folder, 'make');
  assert.match(await failure(folder, ['make', 'kmod']), /^a tool is missing: modinfo\n[\s\S]*apt-get install kmod$/);
});

test('all that are missing are named at once', async ({ folder }) => {
  assert.match(await failure(folder, ['host-gcc', 'flex']), /^tools are missing: gcc, flex\n[\s\S]*apt-get install gcc libc6-dev flex$/);
});

test('one that was exchanged since Nx took it into account is refused', async ({ folder }) => {
  install(folder, 'make');
  process.env[identityVariable('make')] = `${HOST} ${'0'.repeat(64)}`;
  assert.match(await failure(folder, ['make']), /is not the make that Nx has taken into account/);
});

test('each is in the catalogue, with its package', () => {
  for (const name of Object.values(HOST_TOOLS).flat()) assert.ok(CATALOGUE[name]?.debian, name);
});

test.run();
