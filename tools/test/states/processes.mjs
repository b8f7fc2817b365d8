// SPDX-License-Identifier: Apache-2.0
// Processes that belong to a scratch clone: they name it on their command line, or work in it.
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 10;

function read(pid, what, how) {
  try {
    return how(`/proc/${pid}/${what}`);
  } catch {
    return '';
  }
}

const text = (path) => readFileSync(path, 'utf8');
const isZombie = (pid) => /\) [ZX] /.test(read(pid, 'stat', text));

/** `{ pid, command }` of each living process that belongs to the folder. */
export function processesOf(folder) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => ({ pid: Number(pid), command: read(pid, 'cmdline', text).replaceAll('\0', ' ').trim(), cwd: read(pid, 'cwd', readlinkSync) }))
    .filter(({ pid, command, cwd }) => (command.includes(folder) || `${cwd}/`.startsWith(`${folder}/`)) && !isZombie(pid));
}

/** Waits for processes of the folder whose command line matches, and gives them; an error of the table if none comes. */
export async function untilRuns(folder, pattern, limitMs) {
  for (const deadline = Date.now() + limitMs; Date.now() < deadline; await sleep(POLL_MS)) {
    const found = processesOf(folder).filter(({ command }) => pattern.test(command));
    if (found.length > 0) return found;
  }
  throw new Error(`no process ${pattern} within ${limitMs / 1000} s`);
}

/** Waits until no process of the folder is left; those that stay, a line each. */
export async function leftRunning(folder, limitMs) {
  let found = processesOf(folder);
  for (const deadline = Date.now() + limitMs; found.length > 0 && Date.now() < deadline; found = processesOf(folder)) await sleep(POLL_MS);
  return found.map(({ pid, command }) => `process ${pid} still runs: ${command.slice(0, 160)}`);
}

/** Ends what a faulty row has left, so that the next one is judged on its own. */
export function endAll(folder) {
  for (const { pid } of processesOf(folder)) process.kill(pid, 'SIGKILL');
}
