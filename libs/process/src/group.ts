// SPDX-License-Identifier: Apache-2.0
import type { ChildProcess } from 'node:child_process';
import { beginEnding, ending } from './ending';
import { ForgeError } from './error';
import { guardGroups } from './guard';

/** How long a group may take to end after SIGTERM before it is killed, in milliseconds. */
const GRACE_MS = 2000;
/** How long what waits for an ended group may take to put its things in order. */
const SETTLE_MS = 1000;

/** Leader of each group that runs → resolved when its output has been delivered. */
const live = new Map<number, Promise<void>>();
let hooked = false;

function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
}

/** Ends a process group: SIGTERM, then SIGKILL for what is still there after the grace time. */
export async function endGroup(leader: number, graceMs: number = GRACE_MS): Promise<void> {
  if (!signalGroup(leader, 'SIGTERM')) return;
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline) {
    await sleep(20);
    if (!groupExists(leader)) return;
  }
  signalGroup(leader, 'SIGKILL');
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function groupExists(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Remembers a detached child, so that it dies with this process however that ends: by exit, by a signal (SIGKILL
 * too), or because the parent that forked us (Nx) went away.
 */
export function trackGroup(child: ChildProcess): void {
  const leader = child.pid;
  if (leader === undefined) return;
  endWithParent();
  live.set(leader, new Promise((resolve) => child.once('close', () => resolve())));
  guardGroups(live.keys());
  const forget = () => {
    live.delete(leader);
    guardGroups(live.keys());
  };
  // A signal to the whole process tree can end a leader and miss what it has just started: that is still to be ended.
  child.once('exit', () => {
    if (!groupExists(leader)) forget();
  });
  child.once('close', forget);
  if (ending() !== undefined) signalGroup(leader, 'SIGKILL');
}

/** Ends this process in order when it is told to, or when its parent goes away; what `exit` listeners do is done. */
export function endWithParent(): void {
  if (hooked) return;
  hooked = true;
  process.on('exit', () => {
    for (const pid of live.keys()) signalGroup(pid, 'SIGKILL');
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
  process.on('disconnect', () => process.emit('SIGTERM'));
}

const SIGNAL_NUMBER = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Ends this process as a signal would, with a line that says why and the status of a failure. */
export function endAsFailure(why: string): void {
  if (ending() !== undefined) return;
  console.error(`error: ${why}`);
  endWithParent();
  void stop('SIGTERM', 1);
}

async function stop(signal: keyof typeof SIGNAL_NUMBER, status: number = 128 + SIGNAL_NUMBER[signal]): Promise<void> {
  if (!beginEnding(signal)) return;
  const settled = Promise.all(live.values());
  await Promise.all([...live.keys()].map((leader) => endGroup(leader)));
  await Promise.race([settled, sleep(SETTLE_MS)]);
  // Whoever waited for those groups has its turn first: it may have to note down what state they left.
  setImmediate(() => process.exit(status));
}

/** Throws when this process has been told to end: work whose tools were ended has no result. */
export function refuseWhenStopped(): void {
  if (ending() !== undefined) throw new ForgeError(`ended by ${ending()}`);
}
