// SPDX-License-Identifier: Apache-2.0
// What a benchmark knows of the workspace: its libraries, its targets, and Nx as a user starts it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timed } from './run.mjs';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const require = createRequire(import.meta.url);

/**
 * A TypeScript source of the workspace, by its path: one place says how QEMU is started, and what make is told. A name
 * that it does not export is an error here, not where it is used minutes later.
 */
export function library(path) {
  require(join(ROOT, 'tools', 'test', 'typescript-hook.cjs'));
  return new Proxy(require(join(ROOT, path)), {
    get(exported, name) {
      if (!(name in exported)) throw new Error(`${path} exports no ${String(name)}`);
      return exported[name];
    },
  });
}

/** Nx in the workspace at `root`. */
export const nxProgram = (root = ROOT) => join(root, 'node_modules', '.bin', 'nx');

/**
 * The caller's environment without what an Nx that runs this benchmark has put there: an inner Nx would take its
 * parent's workspace, caches and task for its own.
 */
export function cleanEnvironment(more = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(NX_|NEXUS_FORGE_|FORCE_COLOR$|npm_)/.test(name));
  return { ...Object.fromEntries(kept), ...more };
}

/** Runs Nx with `args`; wall time and output. */
export function runNx(args, { root = ROOT, daemon = 'false', env = {}, ...options } = {}) {
  return timed(nxProgram(root), args, { cwd: root, env: cleanEnvironment({ NX_DAEMON: daemon, ...env }), ...options });
}

/** The targets of a project: name → { executor, options, … }. */
export async function targetsOf(project, root = ROOT) {
  const { output } = await runNx(['show', 'project', project, '--json'], { root });
  return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)).targets;
}

/**
 * Runs an executor as Nx would, without Nx, with its outputs in `outputDirectory`, which may lie outside the workspace.
 * `target` is `project:target`: what messages and kept state are named after.
 */
export function runExecutor(executor, { target, options, outputDirectory, root = ROOT, ...more }) {
  const [projectName, targetName] = target.split(':');
  const bundles = join(root, 'tools', 'executors', 'dist');
  const order = {
    bundle: join(bundles, 'executors', `${executor}.js`),
    context: { root, cwd: root, isVerbose: false, projectName, targetName },
    // Executors take paths from the workspace's root; this one leads out of it.
    options: { ...options, outputDirectory: relative(root, outputDirectory) },
  };
  const file = `${outputDirectory}.order.json`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(order));
  return timed(process.execPath, [join(bundles, 'cli', 'run-executor.js'), file], { cwd: root, env: cleanEnvironment(), ...more });
}
