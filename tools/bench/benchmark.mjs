// SPDX-License-Identifier: Apache-2.0
// The frame of every benchmark: options, a scratch folder, rounds in turn, the report, and an end that leaves nothing.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatRatio, formatSingle, ratio, single } from './figures.mjs';
import { endAll } from './run.mjs';
import { ROOT } from './workspace.mjs';

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
const ROUNDS = '--rounds=N (N from 1 to 1000)';

/**
 * The value of `--rounds=N`, and of each option that the benchmark itself has: name → what its value is. Any other
 * argument is an error.
 */
export function parseArguments(args, standard, own = {}) {
  const usage = ['options:', ROUNDS, ...Object.entries(own).map(([name, value]) => `--${name}=${value}`)].join(' ');
  const options = {};
  let rounds = standard;
  for (const arg of args) {
    const [, name, value] = /^--([a-z]+)=(.+)$/.exec(arg) ?? [];
    if (name === 'rounds' && /^\d{1,4}$/.test(value) && Number(value) >= 1 && Number(value) <= 1000) rounds = Number(value);
    else if (Object.hasOwn(own, name)) options[name] = value;
    else throw new RangeError(`${arg}: ${usage}`);
  }
  return { rounds, options };
}

function host() {
  const { model = 'unknown' } = cpus()[0] ?? {};
  return { platform: process.platform, arch: process.arch, cpu: model, cpus: availableParallelism(), node: process.version };
}

/** One run of a benchmark: what it measures with, and what it has found. */
class Bench {
  #report;
  #cleanups = [];

  constructor(name, { rounds, options }) {
    this.name = name;
    this.rounds = rounds;
    this.options = options;
    this.#report = { benchmark: name, startedAt: new Date().toISOString(), host: host(), loadBefore: loadavg(), rounds };
    this.scratch = mkdtempSync(join(tmpdir(), `nexus-forge-bench-${name}-`));
    this.onEnd(() => rmSync(this.scratch, { recursive: true, force: true }));
  }

  /** Has `cleanup` run when the benchmark ends, however it ends; the last one first. */
  onEnd(cleanup) {
    this.#cleanups.unshift(cleanup);
  }

  say(line) {
    console.log(line);
  }

  /** Facts that the figures depend on: versions, sizes, command lines. */
  configure(facts) {
    this.#report.configuration = { ...this.#report.configuration, ...facts };
  }

  /**
   * Runs every side of `sides` (name → function that gives a value) once a round. The side that begins changes from
   * round to round, and a first round warms the caches of the host and is not counted. `before` runs ahead of each
   * round, unmeasured.
   * @returns name → the value of each round.
   */
  async interleaved(sides, { warmUp = true, before, unit = 's' } = {}) {
    const names = Object.keys(sides);
    const found = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = warmUp ? 0 : 1; round <= this.rounds; round++) {
      const values = {};
      await before?.(round);
      for (let turn = 0; turn < names.length; turn++) {
        const name = names[(round + turn) % names.length];
        values[name] = await sides[name](round);
      }
      const line = names.map((name) => `${name} ${values[name].toFixed(3)} ${unit}`).join(', ');
      this.say(round === 0 ? `warm-up: ${line}` : `round ${round}/${this.rounds}: ${line}`);
      if (round > 0) for (const name of names) found[name].push(values[name]);
    }
    return found;
  }

  ratio(title, ours, peer, budget) {
    this.#add('ratios', ratio(title, { ours, peer, budget }), formatRatio);
  }

  single(title, values, budget) {
    this.#add('singles', single(title, values, budget), formatSingle);
  }

  /** Values of a kind of their own: exact counts, a breakdown. `line` is how they read. */
  note(kind, value, line) {
    this.#add(kind, value, () => line);
  }

  #add(kind, result, format) {
    this.#report[kind] = [...(this.#report[kind] ?? []), result];
    this.say(format(result));
  }

  /** Writes the report; its workspace-relative path. */
  write() {
    const file = join('.nexus-forge', 'bench', `${this.name}.json`);
    const path = join(ROOT, file);
    mkdirSync(join(path, '..'), { recursive: true });
    const report = { ...this.#report, seconds: (Date.now() - Date.parse(this.#report.startedAt)) / 1000, loadAfter: loadavg() };
    writeFileSync(`${path}.${process.pid}`, `${JSON.stringify(report, null, 2)}\n`);
    renameSync(`${path}.${process.pid}`, path);
    return file;
  }

  async end() {
    await endAll();
    for (const cleanup of this.#cleanups.splice(0)) await cleanup();
  }
}

/**
 * Runs `work(bench)` and reports. `ownOptions` are those that `parseArguments` takes; a fault in one is a RangeError of
 * `work`. Its status says whether everything could be measured, never how fast it was: a
 * budget that is missed is printed as such.
 */
export async function benchmark(name, standardRounds, work, ownOptions) {
  const bench = new Bench(name, parseArguments(process.argv.slice(2), standardRounds, ownOptions));
  let interrupted = false;
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (interrupted) return;
      interrupted = true;
      void bench.end().finally(() => process.exit(128 + number));
    });
  }
  try {
    await work(bench);
    bench.say(`load average ${loadavg()[0].toFixed(1)} on ${availableParallelism()} CPUs; figures: ${bench.write()}`);
  } catch (error) {
    if (interrupted) return;
    console.error(`bench:${name}: ${error instanceof RangeError ? error.message : (error.stack ?? error)}`);
    process.exitCode = 1;
  } finally {
    if (!interrupted) await bench.end();
  }
}
