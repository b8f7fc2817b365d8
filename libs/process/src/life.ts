// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/** Fields of /proc/<pid>/stat behind the program's name (proc(5)): the state is the first, the start time the 20th. */
const STATE = 0;
const START_TIME = 19;
/** Ended, but not yet waited for: in a container without an init nobody ever does. */
const ENDED = new Set(['Z', 'X']);

/** When a living process was started, in clock ticks since the system was; 0 where the system does not tell. */
function startOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ENDED.has(fields[STATE] ?? '') ? undefined : Number(fields[START_TIME]);
  } catch {
    return answers(pid) ? 0 : undefined;
  }
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** This process's mark, `<pid>-<start time>`: unlike its id, no other process will ever have it. */
export function ownMark(): string {
  return `${process.pid}-${startOf(process.pid) ?? 0}`;
}

/** Whether the process that left a mark is still alive. */
export function isAlive(mark: string): boolean {
  const [pid, start] = mark.split('-').map(Number);
  const found = Number.isInteger(pid) ? startOf(pid!) : undefined;
  return found !== undefined && found === start;
}
