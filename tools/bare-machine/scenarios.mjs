// SPDX-License-Identifier: Apache-2.0
// What is done in the root file system, as root and as a user. Each step says whether what happened is right.
import { mkdirSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { cloneInto } from './root.mjs';
import { administratorsLine, closingLine } from './readme.mjs';
import { runInRoot } from './namespaces.mjs';

const USER = { name: 'dev', id: 1000 };

/** Where a lent folder is seen in there. */
const LENT = '/lent';

/** What of the lent folder is whose: npm's downloads and Zig's global cache, and nothing of Debian's. */
function lending(folder, who, env) {
  if (folder === undefined) return { env };
  const own = join(folder, who);
  for (const path of [own, join(own, 'npm'), join(own, 'zig')]) {
    mkdirSync(path, { recursive: true });
    if (who === 'user') chownSync(path, USER.id, USER.id);
  }
  return { lend: { from: own, at: LENT }, env: { ...env, npm_config_cache: `${LENT}/npm`, ZIG_GLOBAL_CACHE_DIR: `${LENT}/zig` } };
}

/** A README command as a line of the summary: what must hold is its status, and what it says last where it counts. */
function outcomeOf(command, { status, output }) {
  const closing = closingLine(output);
  return { title: command, passed: status === 0, says: closing ?? gist(output), closing };
}

/** What a reader looks for: the first error, or the banner of the verdict. */
function gist(output) {
  const lines = output.trimEnd().split('\n');
  return (lines.find((line) => line.startsWith('error: ')) ?? lines.findLast((line) => /=== .* ===/.test(line)) ?? '').trim();
}

/** Runs each command until one fails; the outcomes. */
async function runCommands(commands, run) {
  const outcomes = [];
  for (const command of commands) {
    outcomes.push(outcomeOf(command, await run(command)));
    if (!outcomes.at(-1).passed) break;
  }
  return outcomes;
}

/** As root: the first command installs what is missing. */
async function asRoot({ root, workspace, commands, env, lend, print }) {
  const folder = await cloneInto(root, workspace, 'root');
  return runCommands(commands, (command) => runInRoot(root, command, { folder, print, ...lending(lend, 'root', env) }));
}

/**
 * As a user: the first command says what only an administrator can do; that line, run as it stands by root, is enough for
 * all commands to pass.
 */
async function asUser({ root, workspace, commands, env, lend, print }) {
  const folder = await cloneInto(root, workspace, USER.name);
  const lent = lending(lend, 'user', env);
  const run = (command) => runInRoot(root, command, { user: USER.name, folder, print, ...lent });
  const first = await run(commands[0]);
  const line = administratorsLine(first.output);
  const told = { title: `${commands[0]}, before an administrator was there`, passed: first.status !== 0 && line !== undefined, says: line ?? 'no line for an administrator' };
  if (!told.passed) return [told];
  print(`# ${line}`);
  const { status, output } = await runInRoot(root, line, { env, print });
  const installed = { title: 'the administrator runs that line', passed: status === 0, says: status === 0 ? '' : gist(output) };
  return [told, installed, ...(installed.passed ? await runCommands(commands, run) : [])];
}

export const SCENARIOS = { root: asRoot, user: asUser };
