// SPDX-License-Identifier: Apache-2.0
import { runTool } from '@nexus-forge/process';

/** How strace is asked for the files a process tree opens or executes, with resolved paths (`-y`). */
export function straceArguments(logFile: string, command: readonly string[]): string[] {
  return ['-f', '-y', '-qq', '--seccomp-bpf', '--string-limit=4096', '-e', 'trace=open,openat,openat2,execve', '-o', logFile, '--', ...command];
}

/** One traced access that succeeded. */
export interface FileAccess {
  path: string;
  kind: 'read' | 'write' | 'execute';
}

/** `openat(…, FLAGS…) = 3</resolved/path>`: the flags, and the path the descriptor stands for. */
const OPENED = /^\d+\s+(?:open|openat|openat2)\(.*?\b(O_[A-Z_|]+).*\)\s+= \d+<(\/[^>]*)>/;
/** An open that another process's call interrupted in the log: its flags are in the first half. */
const UNFINISHED = /^(\d+)\s+(?:open|openat|openat2)\(.*?\b(O_[A-Z_|]+).* <unfinished \.\.\.>$/;
const RESUMED = /^(\d+)\s+<\.\.\. (?:open|openat|openat2) resumed>.*= \d+<(\/[^>]*)>/;
const EXECUTED = /^\d+\s+execve\("(\/[^"]*)".* = 0$/;

/** The accesses in a log that `straceArguments` made; directories and failed calls are left out. */
export function parseStrace(log: string): FileAccess[] {
  const found: FileAccess[] = [];
  const pending = new Map<string, string>();
  const opened = (flags: string, path: string) => {
    if (!flags.includes('O_DIRECTORY')) found.push({ path, kind: /O_WRONLY/.test(flags) ? 'write' : 'read' });
  };
  for (const line of log.split('\n')) {
    const whole = OPENED.exec(line);
    if (whole) opened(whole[1] ?? '', whole[2] ?? '');
    const first = UNFINISHED.exec(line);
    if (first) pending.set(first[1] ?? '', first[2] ?? '');
    const second = RESUMED.exec(line);
    if (second) opened(pending.get(second[1] ?? '') ?? '', second[2] ?? '');
    const executed = EXECUTED.exec(line);
    if (executed) found.push({ path: executed[1] ?? '', kind: 'execute' });
  }
  return found;
}

/** Runs a command under strace; throws what the command's failure says. */
export async function traceCommand(
  command: readonly string[],
  logFile: string,
  options: { cwd: string; timeoutMs: number; env?: Readonly<Record<string, string>> },
): Promise<void> {
  await runTool({ command: 'strace', args: straceArguments(logFile, command), package: 'strace', ...options });
}
