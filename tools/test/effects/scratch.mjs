// SPDX-License-Identifier: Apache-2.0
// A scratch clone of the workspace, warm: with the workspace's own cache, outputs and incremental state, so that a
// row of the table costs what the edit costs and nothing else.
import { execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const LIMIT = { maxBuffer: 1 << 28 };

/** What Nx and the stages keep; copied, because Nx replaces files in place. */
const KEPT = ['.nx', '.nexus-forge', 'dist', 'tools/executors/dist'];

/** What a running daemon has there: its socket and its process, which are not the clone's. */
const DAEMONS = ['.nx/workspace-data/d'];

/** The paths to copy so that everything below `path` is there, but nothing of `without`. */
function pathsOf(root, path, without) {
  if (without.includes(path) || !existsSync(join(root, path))) return [];
  if (!without.some((name) => name.startsWith(`${path}/`))) return [path];
  return readdirSync(join(root, path)).flatMap((name) => pathsOf(root, `${path}/${name}`, without));
}

/** Lays out a scratch clone of the workspace at `root` and commits it; `without` are kept paths that stay behind. */
export async function makeScratch(root, { without = [] } = {}) {
  const scratch = join(mkdtempSync(join(tmpdir(), 'nexus-forge-scratch-')), 'workspace');
  const { stdout } = await execute('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, ...LIMIT });
  for (const file of stdout.split('\0').filter((name) => name && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(scratch, file)), { recursive: true });
    cpSync(join(root, file), join(scratch, file));
  }
  for (const path of KEPT.flatMap((name) => pathsOf(root, name, [...without, ...DAEMONS]))) {
    mkdirSync(dirname(join(scratch, path)), { recursive: true });
    await execute('cp', ['-a', join(root, path), join(scratch, dirname(path))]);
  }
  // Hard links: 200 MB of packages that nobody edits. The links among the workspace's packages are relative. A package that
  // another one needs in another version lies with whoever asked for it: bundles made in the clone must find it there.
  for (const folder of packageFolders(root)) await execute('cp', ['-al', join(root, folder), join(scratch, dirname(folder))]);
  symlinkSync(join(root, '.toolchain'), join(scratch, '.toolchain'));
  mkdirSync(temporaryFolder(scratch));
  await git(scratch, 'init', '--quiet', '--initial-branch=main');
  await git(scratch, 'add', '--all');
  await git(scratch, '-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message', 'scratch');
  return scratch;
}

/** The folders that npm has put packages into, relative to the workspace. */
function packageFolders(root) {
  const libraries = readdirSync(join(root, 'libs')).map((name) => `libs/${name}`);
  return ['.', ...libraries, 'tools/executors'].map((folder) => join(folder, 'node_modules')).filter((folder) => existsSync(join(root, folder)));
}

/** Temporary files of the runs in the scratch clone, and of no others. */
export function temporaryFolder(scratch) {
  return join(dirname(scratch), 'tmp');
}

export function removeScratch(scratch) {
  rmSync(dirname(scratch), { recursive: true, force: true });
}

function git(cwd, ...args) {
  return execute('git', args, { cwd, ...LIMIT });
}

/** Takes every edit back; ignored files (outputs, caches) stay. */
export async function restore(scratch) {
  await git(scratch, 'checkout', '--quiet', '--', '.');
  await git(scratch, 'clean', '--quiet', '--force', '-d');
}

/** Environment of the real Nx in the scratch clone: its own caches, no daemon, quiet. */
function environment(scratch, report) {
  return {
    ...process.env,
    CI: 'true',
    TMPDIR: temporaryFolder(scratch),
    NX_DAEMON: 'false',
    NX_CACHE_DIRECTORY: join(scratch, '.nx', 'cache'),
    NX_WORKSPACE_DATA_DIRECTORY: join(scratch, '.nx', 'workspace-data'),
    NEXUS_FORGE_RUN_REPORT: report,
  };
}

/**
 * Starts Nx with `args` in the scratch clone, with `env` added to its environment; `detached` makes it the leader of a
 * process group, which is what a terminal's Ctrl-C reaches; `within` is a command that runs it.
 * @returns its process id, and a promise of the status, what was printed, and the sorted ids of the tasks that were
 * really executed.
 */
export function startNx(scratch, args, { env = {}, detached = false, within = [] } = {}) {
  const report = join(scratch, '.nexus-forge', `run-report-${(started += 1)}.json`);
  const nx = join(scratch, 'node_modules', '.bin', 'nx');
  const [command, ...rest] = [...within, process.execPath, nx, ...args];
  const child = spawn(command, rest, {
    cwd: scratch,
    env: { ...environment(scratch, report), ...env },
    detached,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ status: code ?? signal, output, ran: executedTasks(report) }));
  });
  return { pid: child.pid, ended };
}

let started = 0;

/** Ids of the tasks that a run executed, without those that only stand for others. Takes the report away. */
function executedTasks(report) {
  const outcomes = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  rmSync(report, { force: true });
  return Object.keys(outcomes).filter((id) => outcomes[id].ran && outcomes[id].makes).sort();
}

/** Runs Nx with `args` in the scratch clone to its end. */
export function runNx(scratch, args, env) {
  return startNx(scratch, args, { env }).ended;
}

/** Replaces text in a file of the scratch clone; a text that isn't there is an error of the table. */
export function edit(scratch, file, from, to) {
  const path = join(scratch, file);
  const text = readFileSync(path, 'utf8');
  if (!(typeof from === 'string' ? text.includes(from) : from.test(text))) throw new Error(`${file} has no ${from}`);
  writeFileSync(path, text.replace(from, to));
}
