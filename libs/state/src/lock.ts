// SPDX-License-Identifier: Apache-2.0
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ForgeError, endWithParent, isAlive, ownMark } from '@nexus-forge/process';

const POLL_MS = 100;
/** Taking a dead holder's lock over is a matter of microseconds; who needs longer has died over it. */
const TAKEOVER_STALE_MS = 5000;

export interface LockOptions {
  timeoutMs: number;
  /** Called once when another process holds the lock. */
  onWait?: (holder: number) => void;
}

/**
 * Holds a lock file with this process's mark; resolves to what releases it. A lock whose holder has died is taken
 * over. Locks of one process exclude each other as well.
 */
export async function acquireLock(path: string, { timeoutMs, onWait }: LockOptions): Promise<() => void> {
  mkdirSync(dirname(path), { recursive: true });
  endWithParent();
  const deadline = Date.now() + timeoutMs;
  for (let told = false; !tryLock(path); told = true) {
    const holder = holderOf(path);
    if (holder !== undefined && !isAlive(holder)) takeOver(path, holder);
    else if (!told && holder !== undefined) onWait?.(pidOf(holder));
    if (Date.now() > deadline) {
      throw new ForgeError(`${path} is held by process ${pidOf(holder ?? '')}`, {
        expected: `to get it within ${timeoutMs / 1000} s`,
        fix: 'wait for that run to end, or end it',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, holder === undefined ? 1 : POLL_MS));
  }
  const release = () => rmSync(path, { force: true });
  process.on('exit', release);
  return () => {
    process.off('exit', release);
    release();
  };
}

/** The file appears with its content, or not at all: on a full disk too. */
function tryLock(path: string): boolean {
  const mark = ownMark();
  const own = `${path}.${mark}`;
  try {
    writeFileSync(own, mark);
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** The holder's mark; undefined when it has just gone. */
function holderOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const pidOf = (mark: string) => Number.parseInt(mark, 10);

/** Removes a dead holder's lock, one process at a time, so that no one removes the lock of the next holder. */
function takeOver(path: string, holder: string): void {
  const guard = `${path}.takeover`;
  if (!tryLock(guard)) {
    if (ageMs(guard) > TAKEOVER_STALE_MS) rmSync(guard, { force: true });
    return;
  }
  try {
    if (holderOf(path) === holder) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
