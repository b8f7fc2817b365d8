// SPDX-License-Identifier: Apache-2.0
// What the generators make works: `node tools/test/generators/main.mjs` runs them by the real Nx in a scratch clone of
// this workspace, then builds, boots and tests what they have made. Each makes its own files and no other. So does the
// example that docs/write-a-proof.md begins with, as it stands.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { makeScratch, removeScratch, runNx } from '../effects/scratch.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** Kept state that nothing here needs. Nx's cache comes along: it has the kernel that the bridge is built for. */
const LEFT_BEHIND = ['dist', '.nexus-forge/state/linux', '.nexus-forge/bench', '.nexus-forge/scratch'];

const MACHINE = 'virt,virtualization=on,gic-version=3';

/** Generators in turn: arguments, the files that are made, those that are edited. */
const STEPS = [
  { args: ['board', 'lab', '--from-dtb', 'lab.dtb'], made: ['apps/lab/board.yaml'] },
  {
    args: ['cell', 'lab-guest', '--board=lab', '--use'],
    made: ['lab-guest/cell.yaml'],
    edited: ['apps/lab/board.yaml'],
  },
  { args: ['proof', 'entry', '--boards=lab'], made: ['proofs/entry.proof.yaml'] },
  {
    args: ['firmware-lib', 'ledger'],
    made: ['build.zig', 'build.zig.zon', 'ledger.zig', 'test/all.zig'].map((file) => `firmware/ledger/${file}`),
  },
  {
    args: ['bridge-module', 'console', '--receive=console_input', '--transmit=console_output'],
    made: ['Kbuild', 'main.c', 'module.yaml', 'test/console_shim.h', 'test/console_test.c'].map(
      (file) => `linux-cell/modules/nexus_console/${file}`,
    ),
  },
  {
    args: ['kernel', 'linux-lean', '--directory=linux-cell'],
    made: ['core.config', 'diagnostics.config', 'kernel.yaml', 'platform.config', 'services.config'].map(
      (file) => `linux-cell/linux-lean/${file}`,
    ),
  },
];

/** What is made of it, and the tasks whose outputs must be there: made, or stored as true of the same inputs. */
const TARGETS = ['device-tree', 'proof-entry', 'proof-entry-mutants', 'module', 'test'];
const PROJECTS = ['lab', 'ledger', 'nexus_console'];
const COMMAND = ['run-many', '-t', ...TARGETS, '-p', ...PROJECTS, '--outputStyle=static'];
const TASKS = [
  ...['lab:device-tree', 'lab:firmware', 'lab:proof-entry', 'lab:proof-entry-mutants'],
  ...['ledger:test', 'nexus_console:module', 'nexus_console:test'],
];

const git = (scratch, ...args) => execFileSync('git', args, { cwd: scratch, encoding: 'utf8' });
const sorted = (list) => [...list].sort().join('\n');

/** Files that are new or changed since the last call, which takes them for known. */
function changes(scratch) {
  const lines = git(scratch, 'status', '--porcelain', '--untracked-files=all')
    .split('\n')
    .filter((line) => line !== '');
  git(scratch, 'add', '--all');
  git(
    scratch,
    '-c',
    'user.name=t',
    '-c',
    'user.email=t@example.com',
    'commit',
    '--quiet',
    '--allow-empty',
    '--message',
    'step',
  );
  return sorted(lines.map((line) => line.slice(3)));
}

function refuse(holds, what) {
  if (!holds) throw new Error(what);
}

async function generates(scratch, { args, made, edited = [] }) {
  const command = ['g', `@nexus-forge/nx:${args[0]}`, ...args.slice(1)];
  const tried = await runNx(scratch, [...command, '--dry-run']);
  refuse(tried.status === 0 && changes(scratch) === '', `a dry run has written something, or failed:\n${tried.output}`);
  const { status, output } = await runNx(scratch, command);
  refuse(status === 0, output);
  const found = changes(scratch);
  refuse(
    found === sorted([...made, ...edited]),
    `other files were written than these:\n${sorted([...made, ...edited])}\nfound:\n${found}`,
  );
  const again = await runNx(scratch, command);
  refuse(again.status !== 0 && changes(scratch) === '', `it was not refused a second time:\n${again.output}`);
}

async function works(scratch) {
  const { status, output } = await runNx(scratch, COMMAND);
  refuse(status === 0, output);
  const missing = TASKS.filter((id) => !existsSync(join(scratch, 'dist', ...id.split(':'))));
  refuse(missing.length === 0, `without outputs: ${missing.join(', ')}\n${output}`);
  const report = readFileSync(join(scratch, 'dist/lab/proof-entry/evidence.json'), 'utf8');
  refuse(/"entered"/.test(report), 'the evidence lacks the generated check');
}

/** The first example of a page is a proof of the reference board: it passes, and its mutants are killed. */
async function exampleHolds(scratch) {
  const page = readFileSync(join(scratch, 'docs/write-a-proof.md'), 'utf8');
  const [, example = ''] = /^```yaml\n([^]*?)^```$/m.exec(page) ?? [];
  const [, name, board] = /^proof: (\S+)[^]*^boards: \[(\S+)\]/m.exec(example) ?? [];
  refuse(name !== undefined, `it names no proof and no board:\n${example}`);
  writeFileSync(join(scratch, 'proofs', `${name}.proof.yaml`), example);
  const targets = [`proof-${name}`, `proof-${name}-mutants`];
  const { status, output } = await runNx(scratch, ['run-many', '-t', ...targets, '-p', board, '--outputStyle=static']);
  refuse(status === 0, output);
  const missing = targets.filter((target) => !existsSync(join(scratch, 'dist', board, target)));
  refuse(missing.length === 0, `without outputs: ${missing.join(', ')}\n${output}`);
  refuse(output.includes('=== Result: 1/1 ==='), output);
}

/** Runs all of it; the sums. */
export async function runGenerators(print = console.log) {
  const sums = { passed: 0, failed: 0 };
  const scratch = await makeScratch(ROOT, { without: LEFT_BEHIND });
  const row = async (title, body) => {
    const started = Date.now();
    const fault = await body().then(
      () => undefined,
      (error) => error.message,
    );
    sums[fault === undefined ? 'passed' : 'failed'] += 1;
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    print(fault === undefined ? `ok   ${title} (${seconds} s)` : `FAIL ${title} (${seconds} s)\n${fault}`);
  };
  try {
    const options = [
      '-M',
      `${MACHINE},dumpdtb=${join(scratch, 'lab.dtb')}`,
      '-cpu',
      'cortex-a72',
      '-m',
      '512',
      '-nodefaults',
      '-display',
      'none',
    ];
    execFileSync('qemu-system-aarch64', options, { stdio: 'pipe' });
    changes(scratch);
    for (const step of STEPS) await row(`nx g ${step.args.join(' ')}`, () => generates(scratch, step));
    await row('what they have made builds, boots and is tested', () => works(scratch));
    await row('the first example of docs/write-a-proof.md passes, and its mutants are killed', () => exampleHolds(scratch));
  } finally {
    removeScratch(scratch);
  }
  return sums;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed } = await runGenerators();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
