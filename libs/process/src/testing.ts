// SPDX-License-Identifier: Apache-2.0
// Processes as tests look at them. One may end between two looks, so each look is one read.
import { readFileSync } from 'node:fs';

/** Whether a process runs. A killed one that nobody has reaped yet does not any longer. */
export function isRunning(pid: number | string): boolean {
  const stat = read(pid, 'stat');
  return stat !== undefined && !/\) [ZX] /.test(stat);
}

/** Whether the command line of a process names something; one that has ended names nothing. */
export function isCalledWith(pid: number | string, text: string): boolean {
  return read(pid, 'cmdline')?.includes(text) ?? false;
}

function read(pid: number | string, file: 'stat' | 'cmdline'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
