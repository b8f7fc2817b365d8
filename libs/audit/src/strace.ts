// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { runTool } from '@nexus-forge/process';

/** How strace is asked for the files a process tree really opens or executes, with resolved paths (`-y`). */
export function straceArguments(logFile: string, command: readonly string[]): string[] {
  return ['-f', '-y', '-qq', '--successful-only', '--seccomp-bpf', '--string-limit=4096', '-e', 'trace=open,openat,openat2,execve', '-o', logFile, '--', ...command];
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

/** Collects the accesses of a log line by line, each one once; directories and failed calls are left out. */
export class StraceReader {
  private readonly found = new Map<string, FileAccess>();
  /** Process → the flags of its open that another process's call interrupted. */
  private readonly pending = new Map<string, string>();

  add(line: string): void {
    const whole = OPENED.exec(line);
    if (whole) return this.opened(whole[1] ?? '', whole[2] ?? '');
    const first = UNFINISHED.exec(line);
    if (first) return void this.pending.set(first[1] ?? '', first[2] ?? '');
    const second = RESUMED.exec(line);
    if (second) return this.opened(this.pending.get(second[1] ?? '') ?? '', second[2] ?? '');
    const executed = EXECUTED.exec(line);
    if (executed) this.keep({ path: executed[1] ?? '', kind: 'execute' });
  }

  /** In the order in which they first happened. */
  get accesses(): FileAccess[] {
    return [...this.found.values()];
  }

  private opened(flags: string, path: string): void {
    if (!flags.includes('O_DIRECTORY')) this.keep({ path, kind: /O_WRONLY/.test(flags) ? 'write' : 'read' });
  }

  private keep(access: FileAccess): void {
    this.found.set(`${access.kind} ${access.path}`, access);
  }
}

/** The accesses in a log that `straceArguments` made. Read as a stream: a kernel build's log is larger than a string may be. */
export async function readStrace(logFile: string): Promise<FileAccess[]> {
  const reader = new StraceReader();
  for await (const line of createInterface({ input: createReadStream(logFile), crlfDelay: Infinity })) reader.add(line);
  return reader.accesses;
}

/** Runs a command under strace; throws what the command's failure says. */
export async function traceCommand(
  command: readonly string[],
  logFile: string,
  options: { cwd: string; timeoutMs: number; env?: Readonly<Record<string, string>> },
): Promise<void> {
  await runTool({ command: 'strace', args: straceArguments(logFile, command), package: 'strace', ...options });
}
