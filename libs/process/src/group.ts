// SPDX-License-Identifier: Apache-2.0
import type { ChildProcess } from 'node:child_process';

/** How long a group may take to end after SIGTERM before it is killed, in milliseconds. */
const GRACE_MS = 2000;

const live = new Set<number>();
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
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (!groupExists(leader)) return;
  }
  signalGroup(leader, 'SIGKILL');
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
 * Remembers a detached child, so that it dies with this process however that ends: by exit, by a signal, or
 * because the parent that forked us (Nx) went away.
 */
export function trackGroup(child: ChildProcess): void {
  const leader = child.pid;
  if (leader === undefined) return;
  live.add(leader);
  child.once('exit', () => live.delete(leader));
  if (hooked) return;
  hooked = true;
  process.on('exit', () => {
    for (const pid of live) signalGroup(pid, 'SIGKILL');
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      void Promise.all([...live].map((pid) => endGroup(pid))).then(() => process.exit(128 + SIGNAL_NUMBER[signal]));
    });
  }
  process.on('disconnect', () => process.emit('SIGTERM'));
}

const SIGNAL_NUMBER = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
