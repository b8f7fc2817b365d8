// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Reads lines of process group ids, the last of which counts, and kills those groups when its input ends. It leaves
 * the process tree at once: who ends that tree from its leaves (Nx) would wait for the guard before it tells us, and
 * in the end kill both.
 */
const GUARD = `(trap '' HUP INT TERM
while read -r line; do groups=$line; done
for group in $groups; do kill -s KILL -- "-$group"; done) <&3 3<&- &`;

/** Whether an execution is that of a guard, by its arguments as strace writes them. */
export function isGuard(execution: string): boolean {
  return execution.startsWith(`["/bin/sh", "-c", ${JSON.stringify(GUARD)}]`);
}

/** Where the guard reads from. */
let guard: Socket | undefined;

/**
 * Tells the guard which process groups must not outlive this process. It is the only thing that can end them when
 * this process is killed outright: they are no children of the terminal's process group.
 */
export function guardGroups(leaders: Iterable<number>): void {
  guard ??= startGuard();
  guard.write(`${[...leaders].join(' ')}\n`);
}

function startGuard(): Socket {
  const child = spawn('/bin/sh', ['-c', GUARD], { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const input = child.stdio[3] as unknown as Socket;
  const ignore = () => {};
  child.once('error', ignore);
  input.once('error', ignore);
  child.unref();
  input.unref();
  return input;
}
