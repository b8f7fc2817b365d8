// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { ForgeError } from './error';
import { scrubbedEnvironment } from './environment';
import { endGroup, trackGroup } from './group';
import { LineSplitter, Tail } from './lines';

export interface ToolRun {
  /** The program: an absolute path, or a name looked up in PATH. */
  command: string;
  args: readonly string[];
  cwd?: string;
  /** Added to the scrubbed environment. */
  env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the whole process group is ended. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Called for every line of either stream while the tool runs. */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Written to the tool's standard input, which is otherwise closed. */
  input?: string | Uint8Array;
  /** Takes the tool's standard output byte for byte; `stdout` of the result is then empty. */
  outputFile?: string;
  /** Exit codes that count as success; default only 0. */
  okCodes?: readonly number[];
  /** The package whose installation brings the command, named when it is missing. */
  package?: string;
}

export interface ToolResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Lines of a failed tool's output that its error shows. */
const SHOWN_LINES = 40;
const SHOWN_CHARACTERS = 400;

/**
 * Runs a tool by argv (never through a shell) in a process group of its own, with a scrubbed environment, and
 * waits for it. Throws a `ForgeError` when the tool is missing, fails, times out or is cancelled; in the last two
 * cases nothing of its process group is left.
 */
export function runTool(run: ToolRun): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const outputFile = run.outputFile === undefined ? undefined : openSync(run.outputFile, 'w');
    const child = spawn(run.command, [...run.args], {
      cwd: run.cwd,
      env: scrubbedEnvironment(run.env),
      detached: true,
      stdio: [run.input === undefined ? 'ignore' : 'pipe', outputFile ?? 'pipe', 'pipe'],
    });
    if (outputFile !== undefined) closeSync(outputFile);
    trackGroup(child);

    const tail = new Tail(SHOWN_LINES);
    const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    const splitters = (['stdout', 'stderr'] as const).map((name) => {
      const splitter = new LineSplitter((line) => {
        tail.add(line);
        run.onLine?.(line, name);
      });
      child[name]?.on('data', (chunk: Buffer) => {
        chunks[name].push(chunk);
        splitter.push(chunk);
      });
      return splitter;
    });

    let stopped: string | undefined;
    let ended: Promise<void> = Promise.resolve();
    const stop = (why: string) => {
      if (stopped !== undefined || child.pid === undefined) return;
      stopped = why;
      ended = endGroup(child.pid);
    };
    const timer = setTimeout(() => stop(`timed out after ${run.timeoutMs / 1000} s`), run.timeoutMs);
    const onAbort = () => stop('was cancelled');
    run.signal?.addEventListener('abort', onAbort, { once: true });
    if (run.signal?.aborted) onAbort();
    const settle = () => {
      clearTimeout(timer);
      run.signal?.removeEventListener('abort', onAbort);
    };

    child.once('error', (error: NodeJS.ErrnoException) => {
      settle();
      reject(error.code === 'ENOENT' ? missingTool(run) : error);
    });
    child.once('close', (code, signal) => {
      settle();
      for (const splitter of splitters) splitter.flush();
      const shown = shorten([run.command, ...run.args].join(' '));
      if (stopped) {
        const error = new ForgeError(`${run.command} ${stopped}`, { output: tail.toString() });
        return void ended.then(() => reject(error));
      }
      if (code === null || !(run.okCodes ?? [0]).includes(code)) {
        const how = code === null ? `ended by ${signal}` : `ended with status ${code}`;
        return reject(new ForgeError(`${run.command} ${how}`, { found: shown, output: tail.toString() }));
      }
      resolve({
        code,
        stdout: Buffer.concat(chunks.stdout).toString('utf8'),
        stderr: Buffer.concat(chunks.stderr).toString('utf8'),
      });
    });
    // A tool that ends before it has read everything says why by its status; the broken pipe adds nothing.
    child.stdin?.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') reject(error);
    });
    if (run.input !== undefined) child.stdin?.end(run.input);
  });
}

/** A command line as an error shows it: a link command's hundred objects help nobody. */
function shorten(line: string): string {
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS)} …`;
}

function missingTool(run: ToolRun): ForgeError {
  return new ForgeError(`the tool ${run.command} is missing`, {
    expected: `${run.command} on PATH`,
    found: 'no such program',
    fix: run.package ? `apt-get install ${run.package}` : 'install it',
  });
}
