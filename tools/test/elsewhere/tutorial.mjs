// SPDX-License-Identifier: Apache-2.0
// docs/tutorial.md, done word for word by somebody who has the tarball and no file of this repository: each command is
// run, each edit is made, and what the page says one sees is seen. `node tools/test/elsewhere/tutorial.mjs`
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { edited, firstUnseen, stepsOf } from './page.mjs';
import { COMMAND_LIMIT_MS, packPlugin, withoutNx } from './workspace.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const PAGE = join(ROOT, 'docs', 'tutorial.md');

/** Follows the page; the sums. What comes after a failed step counts as failed. */
export async function runTutorial(print = console.log) {
  const folder = mkdtempSync(join(tmpdir(), 'nf-tutorial-'));
  const sums = { passed: 0, failed: 0 };
  try {
    const text = readFileSync(PAGE, 'utf8');
    const steps = stepsOf(text);
    packPlugin(ROOT, folder);
    const reader = new Reader(folder, zigFor(text));
    for (const [index, step] of steps.entries()) {
      const started = Date.now();
      const fault = await reader.does(step).catch((error) => error.message);
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      print(`${fault === undefined ? 'ok  ' : 'FAIL'} docs/tutorial.md:${step.at}: ${titleOf(step)} (${seconds} s)`);
      if (fault !== undefined) {
        print(fault.replace(/^/gm, '  '));
        sums.failed += steps.length - index;
        break;
      }
      sums.passed += 1;
    }
  } catch (error) {
    print(`FAIL docs/tutorial.md: ${error.message}`);
    sums.failed += 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return sums;
}

/** The folder of the Zig that the page asks for, which must be the pinned one. */
function zigFor(text) {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'workspace.json'), 'utf8')).toolchain.zig;
  if (!text.includes(`Zig ${version},`)) throw new Error(`it does not ask for Zig ${version}`);
  return join(ROOT, '.toolchain', `zig-${version}`);
}

const titleOf = (step) =>
  step.kind === 'run' ? step.commands.trimEnd().split('\n').at(-1) : `${step.kind} in ${step.file}`;

class Reader {
  #folder;
  #environment;

  constructor(folder, zig) {
    this.#folder = folder;
    this.#environment = {
      ...withoutNx(process.env),
      PATH: [zig, process.env.PATH].join(delimiter),
      // Zig's build system takes two minutes to compile, and is the same everywhere.
      ZIG_GLOBAL_CACHE_DIR: join(ROOT, '.toolchain', 'zig-cache'),
      NX_DAEMON: 'false',
      npm_config_prefer_offline: 'true',
      npm_config_audit: 'false',
      npm_config_ignore_scripts: 'true',
    };
  }

  /** Does one step; what is not as the page says. */
  async does(step) {
    if (step.kind !== 'run') {
      const file = join(this.#folder, step.file);
      writeFileSync(file, edited(readFileSync(file, 'utf8'), step));
      return undefined;
    }
    const { status, output } = await this.#run(step.commands);
    const tail = output.trimEnd().split('\n').slice(-40).map((line) => `| ${line}`);
    if ((status !== 0) !== step.fails) return [`status ${status}`, ...tail].join('\n');
    const missing = firstUnseen(step.seen, output);
    return missing === undefined ? undefined : [`not seen: ${missing}`, ...tail].join('\n');
  }

  /** Runs a block in one shell; the next one starts in the folder where this one ends. */
  #run(commands) {
    return new Promise((done) => {
      const child = spawn('bash', ['-e', '-c', `${commands}\npwd >&3`], {
        cwd: this.#folder,
        env: this.#environment,
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        timeout: COMMAND_LIMIT_MS,
      });
      const [, ...streams] = child.stdio;
      let [output, folder] = ['', ''];
      for (const stream of streams.slice(0, 2)) stream.setEncoding('utf8').on('data', (text) => (output += text));
      streams[2].setEncoding('utf8').on('data', (text) => (folder += text));
      child.once('error', (error) => done({ status: 127, output: error.message }));
      child.once('close', (code, signal) => {
        if (folder !== '') this.#folder = folder.trimEnd();
        done({ status: code ?? signal, output });
      });
    });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed } = await runTutorial();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
