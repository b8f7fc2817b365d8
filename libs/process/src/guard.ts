// SPDX-License-Identifier: Apache-2.0
import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Reads lines of process group ids, the last of which counts, and kills those groups when its input ends. Signals
 * that reach a whole process tree must not end it first.
 */
const GUARD = `trap '' HUP INT TERM
while read -r line; do groups=$line; done
for group in $groups; do kill -s KILL -- "-$group"; done`;

let guard: ChildProcess | undefined;

/**
 * Tells the guard which process groups must not outlive this process. It is the only thing that can end them when
 * this process is killed outright: they are no children of the terminal's process group.
 */
export function guardGroups(leaders: Iterable<number>): void {
  guard ??= startGuard();
  guard.stdin?.write(`${[...leaders].join(' ')}\n`);
}

function startGuard(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', GUARD], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const ignore = () => {};
  child.once('error', ignore);
  child.stdin.once('error', ignore);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}
