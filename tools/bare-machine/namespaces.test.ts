// SPDX-License-Identifier: Apache-2.0
// However what runs in the namespaces ends: no mount and no process of it is left.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const NAMESPACES = join(__dirname, 'namespaces.mjs');

interface Place {
  folder: string;
  /** A number that no other command line has: how long a process sleeps. */
  mark: string;
}

const test = suite<Place>('namespaces');
test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'nf-namespaces-'));
  context.mark = `98765.${process.pid}${Math.floor(Math.random() * 1e6)}`;
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const commandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};
const runs = (mark: string) => readdirSync('/proc').some((name) => /^\d+$/.test(name) && commandLine(name).includes(mark));
const isMounted = (folder: string) => readFileSync('/proc/mounts', 'utf8').includes(folder);

async function until(condition: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(20)) if (condition()) return;
  assert.unreachable(what);
}

/** Mounts a disk of memory on the folder, starts a process that leaves its session, says so, and does `last`. */
const script = ({ folder, mark }: Place, last: string) =>
  `mount -t tmpfs tmpfs ${folder} && touch ${folder}/inside && (setsid sleep ${mark} &) && echo ready && ${last}`;

/** A program that runs a script in namespaces, and says what it gives back. */
function startProgram(place: Place, last: string) {
  const file = join(tmpdir(), `nf-namespaces-${place.mark}.mjs`);
  writeFileSync(
    file,
    `import { endAll, runIsolated } from ${JSON.stringify(NAMESPACES)};
process.on('SIGINT', () => { endAll(); process.exit(130); });
const { status } = await runIsolated(['sh', '-c', ${JSON.stringify(script(place, last))}], { print: (line) => console.log(line) });
console.log('status', status);
`,
  );
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return { child, ended: ended.finally(() => rmSync(file, { force: true })), said: () => output };
}

const ENDS: [title: string, last: string, end: (pid: number) => void, said: RegExp][] = [
  ['success', 'exit 0', () => {}, /status 0/],
  ['failure', 'exit 3', () => {}, /status 3/],
  ['Ctrl-C', 'sleep 1000', (pid) => process.kill(pid, 'SIGINT'), /ready/],
  ['being killed outright', 'sleep 1000', (pid) => process.kill(pid, 'SIGKILL'), /ready/],
];
for (const [title, last, end, said] of ENDS) {
  test(`${title} leaves no mount and no process`, async (place) => {
    const program = startProgram(place, last);
    await until(() => program.said().includes('ready'), 'it did not begin');
    end(program.child.pid!);
    await program.ended;
    assert.match(program.said(), said);
    await until(() => !runs(place.mark), 'a process is left');
    assert.not(isMounted(place.folder), 'a mount is left');
    assert.not(existsSync(join(place.folder, 'inside')), 'the disk of memory was seen from outside');
  });
}

test.run();
