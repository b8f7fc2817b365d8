// SPDX-License-Identifier: Apache-2.0
// A scratch clone of the workspace, warm: with the workspace's own cache, outputs and incremental state, so that a
// row of the table costs what the edit costs and nothing else.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const LIMIT = { maxBuffer: 1 << 28 };

/** What Nx and the stages keep; copied, because Nx replaces files in place. */
const KEPT = ['.nx', '.nexus-forge', 'dist', 'tools/executors/dist'];

/** Lays out a scratch clone of the workspace at `root` and commits it. */
export async function makeScratch(root) {
  const scratch = join(mkdtempSync(join(tmpdir(), 'nexus-forge-effects-')), 'workspace');
  const { stdout } = await execute('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, ...LIMIT });
  for (const file of stdout.split('\0').filter((name) => name && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(scratch, file)), { recursive: true });
    cpSync(join(root, file), join(scratch, file));
  }
  for (const folder of KEPT.filter((name) => existsSync(join(root, name)))) {
    await execute('cp', ['-a', join(root, folder), join(scratch, dirname(folder))]);
  }
  // Hard links: 200 MB of packages that nobody edits. The links among the workspace's packages are relative.
  await execute('cp', ['-al', join(root, 'node_modules'), scratch]);
  symlinkSync(join(root, '.toolchain'), join(scratch, '.toolchain'));
  await git(scratch, 'init', '--quiet', '--initial-branch=main');
  await git(scratch, 'add', '--all');
  await git(scratch, '-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message', 'scratch');
  return scratch;
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
    NX_DAEMON: 'false',
    NX_CACHE_DIRECTORY: join(scratch, '.nx', 'cache'),
    NX_WORKSPACE_DATA_DIRECTORY: join(scratch, '.nx', 'workspace-data'),
    NEXUS_FORGE_RUN_REPORT: report,
  };
}

/**
 * Runs Nx with `args` in the scratch clone.
 * @returns the status, what was printed, and the ids of the tasks that were really executed, sorted.
 */
export async function runNx(scratch, args, more = {}) {
  const report = join(scratch, '.nexus-forge', 'effects-run.json');
  rmSync(report, { force: true });
  const nx = join(scratch, 'node_modules', '.bin', 'nx');
  const result = await execute(process.execPath, [nx, ...args], { cwd: scratch, env: { ...environment(scratch, report), ...more }, ...LIMIT }).then(
    ({ stdout, stderr }) => ({ status: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ status: code ?? 1, output: `${stdout}${stderr}` }),
  );
  const outcomes = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const ran = Object.keys(outcomes).filter((id) => outcomes[id].ran && !id.endsWith(':proof') && !id.endsWith(':build'));
  return { ...result, ran: ran.sort() };
}

/** Replaces text in a file of the scratch clone; a text that isn't there is an error of the table. */
export function edit(scratch, file, from, to) {
  const path = join(scratch, file);
  const text = readFileSync(path, 'utf8');
  if (!(typeof from === 'string' ? text.includes(from) : from.test(text))) throw new Error(`${file} has no ${from}`);
  writeFileSync(path, text.replace(from, to));
}
