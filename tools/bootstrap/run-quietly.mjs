// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { worldFault } from './faults.mjs';
import { SetupError } from './setup-error.mjs';

/** Of a failed program's output: how it begins (npm names the fault first) and how it ends. */
const SHOWN = { first: 12, last: 20 };
const TICK_MS = 15_000;

/**
 * Runs a program by argv and keeps its output to itself: only a line of progress now and then. When it fails, its
 * last lines are in the error, or the fault of the world that they tell of; `before` is what earlier programs said of
 * the same work. It dies with us, and a signal to us reaches it. Resolves with what it said.
 */
export function runQuietly(command, args, { cwd, env = {}, fix, before = '', print = console.log } = {}) {
  return new Promise((resolve, reject) => {
    const started = Date.now();
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const ticker = setInterval(() => print(`  … ${Math.round((Date.now() - started) / 1000)} s`), TICK_MS);
    const lines = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        lines.push(...String(chunk).split('\n').filter((line) => line.trim() !== ''));
        const surplus = lines.length - SHOWN.first - SHOWN.last;
        if (surplus > 0) lines.splice(SHOWN.first, surplus + 1, '…');
      });
    }
    const settle = () => {
      clearInterval(ticker);
      for (const signal of signals) process.off(signal, forward);
    };
    child.once('error', (error) => {
      settle();
      reject(new SetupError(`${command} cannot be started`, { found: error.message, fix }));
    });
    child.once('close', (code, signal) => {
      settle();
      const output = lines.join('\n');
      if (code === 0) return resolve(output);
      const how = code === null ? `was ended by ${signal}` : `ended with status ${code}`;
      const world = code === null ? undefined : worldFault(`${before}\n${output}`);
      if (world) return reject(new SetupError(world.summary, { found: world.found, fix: world.fix, output: `${[command, ...args].join(' ')}: ${how}` }));
      reject(new SetupError(`${command} ${how}`, { found: [command, ...args].join(' '), fix, output }));
    });
  });
}
