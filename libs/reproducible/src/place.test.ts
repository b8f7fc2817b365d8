// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runTool } from '@nexus-forge/process';
import { otherCircumstances, OWN_CIRCUMSTANCES, type Circumstances } from './circumstances';
import { editTexts } from './edit';
import { makePlace } from './place';

const test = suite<{ folder: string }>('a second place');
test.before.each((context) => void (context.folder = mkdtempSync(join(tmpdir(), 'nf-place-'))));
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

/** What a program sees of what surrounds it, by line. */
async function seenUnder({ env, wrap }: Circumstances): Promise<string[]> {
  const [command = '', ...args] = wrap(['sh', '-c', 'id -u; umask; echo "$HOME"; echo "$TMPDIR"; echo "$USER"; echo "$TZ"; echo "$LC_ALL"']);
  return (await runTool({ command, args, env, timeoutMs: 10_000 })).stdout.split('\n').slice(0, -1);
}

test('other circumstances are others in each respect that they name', async ({ folder }) => {
  const other = await otherCircumstances(folder);
  const [own, seen] = [await seenUnder(OWN_CIRCUMSTANCES), await seenUnder(other)];
  const same = seen.filter((value, index) => value === own[index]);
  assert.equal(same, other.differences.includes('user id') ? [] : [own[0]]);
  assert.is(seen.length, 7);
});

test('what another user makes is the own user\'s to read and remove', async ({ folder }) => {
  const { env, wrap } = await otherCircumstances(folder);
  const [command = '', ...args] = wrap(['sh', '-c', 'mkdir -p "$HOME/a"; echo x >"$HOME/a/made"; echo y >>given']);
  writeFileSync(join(folder, 'given'), '');
  await runTool({ command, args, env, cwd: folder, timeoutMs: 10_000 });
  assert.is(readFileSync(join(folder, 'home/a/made'), 'utf8'), 'x\n');
  assert.is(readFileSync(join(folder, 'given'), 'utf8'), 'y\n');
  assert.not(existsSync(join(homedir(), 'a/made')));
});

test('a copy holds the sources and the artefacts named, and goes with what lies beside it', async ({ folder }) => {
  for (const path of ['dist', '.toolchain', 'src']) mkdirSync(join(folder, path));
  for (const path of ['dist/made', '.toolchain/tool', 'src/a.c', '.gitignore']) writeFileSync(join(folder, path), 'dist\n.toolchain\n');
  await runTool({ command: 'git', args: ['init', '--quiet'], cwd: folder, timeoutMs: 10_000 });
  const place = await makePlace(folder, 'deep/er', ['dist']);
  try {
    assert.equal([...place.sources].sort(), ['.gitignore', 'src/a.c']);
    for (const path of ['dist/made', '.toolchain/tool', 'src/a.c']) assert.ok(existsSync(join(place.root, path)), path);
    assert.is(place.root, join(place.beside, 'deep/er'));
  } finally {
    place.remove();
  }
  assert.not(existsSync(place.beside));
});

test('texts are edited, and the edit is taken back', ({ folder }) => {
  const files: Record<string, string> = { 'a.c': 'int a;\n', run: '#!/bin/sh\n', blob: 'x\0y' };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const contents = () => Object.fromEntries(Object.keys(files).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const takeBack = editTexts(folder, Object.keys(files));
  assert.equal(contents(), { ...files, 'a.c': '\nint a;\n' });
  takeBack();
  assert.equal(contents(), files);
});

test.run();
