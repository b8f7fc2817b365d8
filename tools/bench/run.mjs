// SPDX-License-Identifier: Apache-2.0
// Programs that are measured: each in a process group of its own, so that nothing of it outlives the benchmark.
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

const GRACE_MS = 5000;
const TAIL_LINES = 30;
const groups = new Set();

/** Adds up the processor time of a program and its children: bash's `times` says what was waited for. */
const ACCOUNTED = ['bash', '-c', '"$@"; status=$?; LC_ALL=C; times >&3; exit $status', 'bash'];

/**
 * Runs a program to its end.
 * @param options what `spawn` takes, and `accounted`: whether processor time is wanted too; `limit`: seconds after
 *   which it is killed.
 * @returns wall and processor time in seconds (`cpu` only when accounted), and what it printed.
 * @throws with its last lines when it fails.
 */
export function timed(command, args, { accounted = false, limit, ...options } = {}) {
  return new Promise((done, fail) => {
    const argv = accounted ? [...ACCOUNTED, command, ...args] : [command, ...args];
    const stdio = accounted ? ['ignore', 'pipe', 'pipe', 'pipe'] : ['ignore', 'pipe', 'pipe'];
    const started = performance.now();
    const child = spawn(argv[0], argv.slice(1), { ...options, stdio, detached: true });
    if (child.pid !== undefined) groups.add(child.pid);
    const timer = limit && setTimeout(() => killGroup(child.pid), limit * 1000);
    const output = collect([child.stdout, child.stderr]);
    const times = accounted ? collect([child.stdio[3]]) : undefined;
    child.once('error', fail);
    child.once('close', (code, signal) => {
      const seconds = (performance.now() - started) / 1000;
      groups.delete(child.pid);
      clearTimeout(timer);
      if (code === 0) return done({ seconds, output: output.text(), ...(times && { cpu: childTime(times.text()) }) });
      const tail = output.text().trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
      fail(new Error(`${command} ended with ${signal ?? `status ${code}`}\n${tail}`));
    });
  });
}

function killGroup(leader) {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    groups.delete(leader);
  }
}

function collect(streams) {
  let text = '';
  for (const stream of streams) stream.on('data', (chunk) => (text += chunk));
  return { text: () => text };
}

/** Seconds, user and system, of a shell's children: the second line of `times`, as `0m1.234s 0m0.567s`. */
export function childTime(times) {
  const line = times.trim().split('\n')[1] ?? '';
  const parts = [...line.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds));
  if (parts.length !== 2) throw new Error(`bash's times printed ${JSON.stringify(times)}: expected two lines of two times`);
  return parts[0] + parts[1];
}

/** Ends every group that still runs: told to first, killed after some grace. */
export async function endAll() {
  const signal = (name) => {
    for (const leader of groups) {
      try {
        process.kill(-leader, name);
      } catch {
        groups.delete(leader);
      }
    }
  };
  signal('SIGTERM');
  for (const deadline = Date.now() + GRACE_MS; groups.size > 0 && Date.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    signal(0);
  }
  signal('SIGKILL');
}
