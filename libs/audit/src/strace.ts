// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import { createInterface } from 'node:readline';
import { runTool } from '@nexus-forge/process';

/** The calls by which a process reads or executes a file, and those that tell in which folder it does. */
const CALLS = ['open', 'openat', 'openat2', 'execve', 'chdir', 'fchdir', 'clone', 'clone3', 'fork', 'vfork'];

/**
 * How strace is asked for the files a process tree really opens or executes, with resolved paths (`-y`). Failed calls
 * are in the log: with `--successful-only` strace 6.1 writes the second half of an interrupted call without its process.
 */
export function straceArguments(logFile: string, command: readonly string[]): string[] {
  return ['-f', '-y', '-q', '--seccomp-bpf', '--string-limit=4096', '-e', `trace=${CALLS.join(',')}`, '-o', logFile, '--', ...command];
}

/** One traced access that succeeded. */
export interface FileAccess {
  path: string;
  /** `write`: with nothing of what was there before. */
  kind: 'read' | 'write' | 'execute';
  /** Only by the process that was traced first, its threads, or what it starts for itself; not by a tool. */
  runtime?: true;
}

/** Whether an execution, as strace writes its arguments, is of what the traced program starts for itself. */
export type IsRuntime = (execution: string) => boolean;

/** A call that another process's interrupted in the log: its two halves. */
const UNFINISHED = /^(\d+)(\s.*) <unfinished \.\.\.>$/;
const RESUMED = /^(\d+)\s+<\.\.\. \w+ resumed>(.*)$/;
/** The folder of a process, as `-y` shows it with every call that is relative to it. */
const FOLDER = /^(\d+)\s.*?\bAT_FDCWD<(\/[^>]*)>/;

type Match = readonly string[];

/** Collects the accesses of a log line by line, each one once; directories and failed calls are left out. */
export class StraceReader {
  private readonly found = new Map<string, FileAccess>();
  /** Process → the first half of its call that another process's interrupted. */
  private readonly unfinished = new Map<string, string>();
  /** Process → its folder. */
  private readonly folders = new Map<string, string>();
  /** Process → what it executed by a relative path before its folder was known. */
  private readonly unplaced = new Map<string, string[]>();
  /** Process → whether it is a tool's (false) or of the traced program itself. */
  private readonly runtime = new Map<string, boolean>();
  /** Process → what it read before the log tells who began it. */
  private readonly unattributed = new Map<string, FileAccess[]>();

  private begun = false;

  constructor(private readonly isRuntime: IsRuntime = () => false) {}

  /** What each call says; `= 3</resolved/path>` is the path a descriptor stands for. */
  private readonly calls: readonly [pattern: RegExp, says: (match: Match) => void][] = [
    [/^(\d+)\s+open(?:at2?)?\(.*?\b(O_[A-Z_|]+).*\)\s+= \d+<(\/[^>]*)>/, ([, process = '', flags = '', path = '']) => this.opened(process, flags, path)],
    [/^(\d+)\s+execve\("([^"]+)", (.*) = 0$/, ([, process = '', path = '', rest = '']) => this.executed(process, path, rest)],
    // A thread that executes takes the number of its process.
    [/^\d+\s+execve\("([^"]+)", (.*) <pid changed to (\d+) \.\.\.>$/, ([, path = '', rest = '', process = '']) => this.executed(process, path, rest)],
    [/^(\d+)\s+(?:clone3?|v?fork)\((.*)= (\d+)$/, ([, process = '', , child = '']) => this.began(process, child)],
    [/^(\d+)\s+chdir\("([^"]+)"\)\s+= 0$/, ([, process = '', path = '']) => this.moved(process, path)],
    [/^(\d+)\s+fchdir\(\d+<(\/[^>]*)>\)\s+= 0$/, ([, process = '', path = '']) => this.moved(process, path)],
    [/^(\d+)\s+\+\+\+ (?:exited|killed) /, ([, process = '']) => this.ended(process)],
  ];

  add(line: string): void {
    const first = UNFINISHED.exec(line);
    if (first) return void this.unfinished.set(first[1] ?? '', first[2] ?? '');
    const second = RESUMED.exec(line);
    const whole = second ? `${second[1]}${this.unfinished.get(second[1] ?? '') ?? ''}${second[2]}` : line;
    const folder = FOLDER.exec(whole);
    if (folder) this.isIn(folder[1] ?? '', folder[2] ?? '');
    for (const [pattern, says] of this.calls) {
      const match = pattern.exec(whole);
      if (match) return says(match);
    }
  }

  /** In the order in which they first happened. */
  get accesses(): FileAccess[] {
    for (const process of this.unattributed.keys()) this.attribute(process, false);
    return [...this.found.values()];
  }

  private opened(process: string, flags: string, path: string): void {
    if (flags.includes('O_DIRECTORY')) return;
    this.keep(process, { path, kind: /O_WRONLY|O_TRUNC|O_EXCL/.test(flags) ? 'write' : 'read' });
  }

  /** The first execution is that of the traced program. */
  private executed(process: string, path: string, rest: string): void {
    this.attribute(process, !this.begun || this.isRuntime(rest));
    this.begun = true;
    this.placed(process, path);
  }

  private placed(process: string, path: string): void {
    const folder = this.folders.get(process);
    if (posix.isAbsolute(path) || folder !== undefined) return this.keep(process, { path: posix.resolve(folder ?? '/', path), kind: 'execute' });
    this.unplaced.set(process, [...(this.unplaced.get(process) ?? []), path]);
  }

  /** A child is in the folder of its parent, and is of the same kind until it executes; its own calls may come before that which began it. */
  private began(process: string, child: string): void {
    const folder = this.folders.get(process);
    if (folder !== undefined && !this.folders.has(child)) this.isIn(child, folder);
    if (!this.runtime.has(child)) this.attribute(child, this.runtime.get(process) ?? false);
  }

  /** Its number may become another's. */
  private ended(process: string): void {
    this.folders.delete(process);
    if (this.unattributed.has(process)) this.attribute(process, false);
    this.runtime.delete(process);
  }

  private moved(process: string, path: string): void {
    const folder = this.folders.get(process);
    if (posix.isAbsolute(path) || folder !== undefined) this.folders.set(process, posix.resolve(folder ?? '/', path));
  }

  private isIn(process: string, folder: string): void {
    this.folders.set(process, folder);
    for (const path of this.unplaced.get(process) ?? []) this.placed(process, path);
    this.unplaced.delete(process);
  }

  private attribute(process: string, runtime: boolean): void {
    this.runtime.set(process, runtime);
    const waiting = this.unattributed.get(process) ?? [];
    this.unattributed.delete(process);
    for (const access of waiting) this.keep(process, access);
  }

  private keep(process: string, access: FileAccess): void {
    const runtime = this.runtime.get(process);
    if (runtime === undefined) return void this.unattributed.set(process, [...(this.unattributed.get(process) ?? []), access]);
    const key = `${access.kind} ${access.path}`;
    const known = this.found.get(key);
    if (runtime && known === undefined) this.found.set(key, { ...access, runtime });
    else if (!runtime && (known === undefined || known.runtime)) this.found.set(key, access);
  }
}

/** The accesses in a log that `straceArguments` made. Read as a stream: a kernel build's log is larger than a string may be. */
export async function readStrace(logFile: string, isRuntime?: IsRuntime): Promise<FileAccess[]> {
  const reader = new StraceReader(isRuntime);
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
