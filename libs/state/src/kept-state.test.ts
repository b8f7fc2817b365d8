// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeOnce, withKeptState } from './kept-state';
import { acquireLock } from './lock';

const test = suite<{ root: string; folder: string }>('kept state');
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-state-'));
  context.folder = join(context.root, 'kept');
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

const SOUND = new Error('the compiler ended with status 1');
const options = (folder: string, lines: string[] = []) => ({
  folder,
  lockTimeoutMs: 5000,
  isSoundAfter: (error: unknown) => error === SOUND,
  report: (line: string) => void lines.push(line),
});
const fill = (folder: string) => withKeptState(options(folder), async (path) => writeFileSync(join(path, 'object'), 'compiled'));
const filesSeen = (folder: string, lines?: string[]) => withKeptState(options(folder, lines), async (path) => readdirSync(path));

test('what a run leaves is there for the next', async ({ folder }) => {
  await fill(folder);
  assert.equal(await filesSeen(folder), ['object']);
});

const DAMAGE: [title: string, harm: (folder: string) => void][] = [
  ['a truncated file', (folder) => truncateSync(join(folder, 'object'), 2)],
  ['a file written to', (folder) => (writeFileSync(join(folder, 'object'), 'COMPILED'), utimesSync(join(folder, 'object'), 1, 1))],
  ['a missing file', (folder) => rmSync(join(folder, 'object'))],
  ['a file of unknown origin', (folder) => writeFileSync(join(folder, 'other'), 'x')],
  ['no record, as a killed run leaves it', (folder) => rmSync(`${folder}.json`)],
  ['a damaged record', (folder) => writeFileSync(`${folder}.json`, '{')],
];
for (const [title, harm] of DAMAGE) {
  test(`${title}: everything is thrown away, and said so`, async ({ folder }) => {
    await fill(folder);
    harm(folder);
    const lines: string[] = [];
    assert.equal(await filesSeen(folder, lines), []);
    assert.match(lines.join(), /damaged or unfinished/);
  });
}

test('state of another key is thrown away, and that of the same is not', async ({ folder }) => {
  const lines: string[] = [];
  const names = (key: string) => withKeptState({ ...options(folder, lines), key }, async (path) => readdirSync(path));
  await withKeptState({ ...options(folder, lines), key: 'one' }, async (path) => writeFileSync(join(path, 'object'), 'x'));
  assert.equal(await names('one'), ['object']);
  assert.equal(lines, []);
  assert.equal(await names('two'), []);
  assert.match(lines.join(), /made with other tools or inputs/);
});

test('what is made once is made again only when it was touched, or was never finished', async ({ folder }) => {
  let made = 0;
  const make = async (path: string) => writeFileSync(join(path, 'tree'), `${++made}`);
  const ensure = (work = make) => makeOnce({ folder, lockTimeoutMs: 5000 }, work);
  await ensure();
  utimesSync(`${folder}.json`, 1, 1);
  await ensure();
  assert.is(made, 1);
  assert.ok(statSync(`${folder}.json`).mtimeMs > 1e6, 'the record tells of the last use');
  writeFileSync(join(folder, 'tree'), 'touched');
  await ensure();
  assert.is(made, 2);
  rmSync(folder, { recursive: true });
  await ensure(async (path) => {
    writeFileSync(join(path, 'tree'), 'half');
    throw new Error('killed');
  }).catch(() => undefined);
  await ensure();
  assert.is(made, 3);
  assert.is(readFileSync(join(folder, 'tree'), 'utf8'), '3');
});

test('state that has grown too large is thrown away', async ({ folder }) => {
  await fill(folder);
  const lines: string[] = [];
  const seen = await withKeptState({ ...options(folder, lines), maxBytes: 4 }, async (path) => readdirSync(path));
  assert.equal(seen, []);
  assert.match(lines.join(), /has grown beyond/);
});

test('what is kept apart below it is no part of it, and goes with it', async ({ folder }) => {
  const apart = { ...options(folder), apart: 'own-' };
  const names = () => withKeptState(apart, async (path) => readdirSync(path));
  await fill(folder);
  writeFileSync(join(folder, 'own-objects'), 'x');
  writeFileSync(join(folder, 'own-objects.lock'), 'x');
  assert.equal((await names()).sort(), ['object', 'own-objects', 'own-objects.lock']);
  writeFileSync(join(folder, 'other'), 'x');
  assert.equal(await names(), []);
});

const FAULTS: [title: string, error: Error, kept: string[]][] = [
  ['a fault that leaves sound state keeps it', SOUND, ['object']],
  ['any other fault does not', new Error('was cancelled'), []],
];
for (const [title, error, kept] of FAULTS) {
  test(title, async ({ folder }) => {
    await fill(folder);
    await withKeptState(options(folder), () => Promise.reject(error)).catch(() => undefined);
    assert.equal(await filesSeen(folder), kept);
  });
}

test('two runs at once take turns', async ({ folder }) => {
  let inside = 0;
  const run = () =>
    withKeptState(options(folder), async () => {
      assert.is(++inside, 1);
      await new Promise((resolve) => setTimeout(resolve, 30));
      inside--;
    });
  await Promise.all([run(), run(), run()]);
});

test('the lock of a dead process is taken over', async ({ root }) => {
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  const path = join(root, 'lock');
  writeFileSync(path, `${dead}-1`);
  const release = await acquireLock(path, { timeoutMs: 3000 });
  release();
  assert.not(existsSync(path));
});

test('the lock of a process whose id another one has now is taken over', async ({ root }) => {
  const path = join(root, 'lock');
  writeFileSync(path, '1-1');
  (await acquireLock(path, { timeoutMs: 3000 }))();
  assert.not(existsSync(path));
});

test('the lock of a living process is waited for, and given up on in the end', async ({ root }) => {
  const path = join(root, 'lock');
  const release = await acquireLock(path, { timeoutMs: 3000 });
  const holders: number[] = [];
  const waited = acquireLock(path, { timeoutMs: 300, onWait: (pid) => holders.push(pid) });
  const message = await waited.then(() => '', (error: Error) => error.message);
  release();
  assert.match(message, new RegExp(`held by process ${process.pid}`));
  assert.equal(holders, [process.pid]);
});

test('a lock file that says nothing, as a full disk may leave it, holds nobody up', async ({ root }) => {
  const path = join(root, 'lock');
  writeFileSync(path, '');
  (await acquireLock(path, { timeoutMs: 3000 }))();
  assert.equal(readdirSync(root), []);
});

test('a full disk leaves nothing to build upon', async ({ folder }) => {
  await fill(folder);
  const full = new Error('zig ended with status 1\n  | error: NoSpaceLeft');
  await withKeptState({ ...options(folder), isSoundAfter: () => true }, () => Promise.reject(full)).catch(() => undefined);
  assert.equal(await filesSeen(folder), []);
});

test.run();
