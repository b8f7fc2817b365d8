// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ExecutorContext } from '@nx/devkit';
import { findOnPath } from '@nexus-forge/toolchain';
import { bareGuest, withFolder, type Ending } from '../../../../../libs/qemu/src/testing';
import proof from './executor';

const ROOT = join(__dirname, '../../../../..');
const SPEC = `proof: sample
title: Sample
claim: It works.
component: Sample
banner: Sample Result
project: board
target: proof-sample
boards: [board]
artefacts: { guest: 'guest:build/guest.bin' }
machine: { kernel: guest }
limits: { silence_s: 60, wall_s: 60 }
end: { marker: '^END$' }
checks:
  - { id: hello, title: says hello, expect: [{ line: '^hello$' }] }
mutants:
  - { id: other, does: says something else, rewrite: { artefact: guest, find: hello, replace: HELLO }, kills: [hello] }
does_not_show: [anything else]
`;
const BOARD = `board: board
qemu: { machine: virt, options: { virtualization: on }, cpu: cortex-a72, cpus: 1, memory_mib: 64 }
`;

/** A workspace with one board, one proof and a guest that says \`text\`. */
function workspace(root: string, text: string, ending?: Ending): void {
  for (const folder of ['proofs', 'apps/board', 'dist/guest/build']) mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(join(ROOT, 'workspace.json'), join(root, 'workspace.json'));
  writeFileSync(join(root, 'proofs/sample.proof.yaml'), SPEC);
  writeFileSync(join(root, 'apps/board/board.yaml'), BOARD);
  writeFileSync(join(root, 'dist/guest/build/guest.bin'), bareGuest(text, ending));
}

const OPTIONS = {
  spec: 'proofs/sample.proof.yaml',
  board: 'apps/board/board.yaml',
  boardName: 'board',
  artefacts: { guest: 'dist/guest/build/guest.bin' },
  outputDirectory: 'dist/board/proof-sample',
};

/** Runs the executor in a workspace; what it printed and its result. */
async function run(root: string, options: Parameters<typeof proof>[0] = OPTIONS): Promise<{ success: boolean; printed: string }> {
  const printed: string[] = [];
  const { log, error } = console;
  console.log = console.error = (line: string) => void printed.push(line);
  try {
    const { success } = await proof(options, { root } as ExecutorContext);
    return { success, printed: printed.join('\n') };
  } finally {
    Object.assign(console, { log, error });
  }
}

test('a proof whose checks are met succeeds and leaves its reports', () =>
  withFolder(async (root) => {
    workspace(root, 'hello\nEND\n');
    const { success, printed } = await run(root);
    assert.is(success, true, printed);
    assert.match(printed, /=== Sample Result: 1\/1 ===$/);
    assert.equal(readdirSync(join(root, OPTIONS.outputDirectory)).sort(), ['evidence.json', 'junit.xml', 'report.html', 'run.json', 'transcript.log']);
    const evidence = readFileSync(join(root, OPTIONS.outputDirectory, 'evidence.json'), 'utf8');
    assert.match(evidence, /"verdict": "passed"/);
    assert.not.match(evidence, root);
  }));

test('a proof with a check that is not met fails, and its reports say so', () =>
  withFolder(async (root) => {
    workspace(root, 'HELLO\nEND\n');
    const { success, printed } = await run(root);
    assert.is(success, false);
    assert.match(printed, /=== Sample Result: 0\/1 ===$/);
    assert.match(readFileSync(join(root, OPTIONS.outputDirectory, 'evidence.json'), 'utf8'), /"verdict": "failed"/);
  }));

test('mutants are run on request, with reports of their own', () =>
  withFolder(async (root) => {
    workspace(root, 'hello\nEND\n');
    const { success, printed } = await run(root, { ...OPTIONS, mutants: true, outputDirectory: 'dist/board/proof-sample-mutants' });
    assert.is(success, true, printed);
    assert.match(printed, /pass {2}other +killed hello\n=== sample mutants: 1\/1 ===$/);
    assert.equal(readdirSync(join(root, 'dist/board/proof-sample-mutants')).sort(), ['junit.xml', 'mutants.json', 'mutants.log', 'run.json']);
    const { passed, total } = JSON.parse(readFileSync(join(root, 'dist/board/proof-sample-mutants/mutants.json'), 'utf8'));
    assert.equal([passed, total], [1, 1]);
  }));

/** The same emulator with a byte behind it, first on the search path. */
function exchangeQemu(root: string): void {
  const program = 'qemu-system-aarch64';
  mkdirSync(join(root, 'bin'));
  copyFileSync(findOnPath(program) as string, join(root, 'bin', program));
  appendFileSync(join(root, 'bin', program), '\0');
  process.env['PATH'] = `${join(root, 'bin')}${delimiter}${process.env['PATH']}`;
}

const CHANGES: [title: string, change: (root: string) => void, because: RegExp][] = [
  ['nothing', () => {}, /^same files, tools, pins and code/],
  ['what boots', (root) => writeFileSync(join(root, 'dist/guest/build/guest.bin'), bareGuest('hello\nhello\nEND\n')), /^guest: guest:build made other bytes \(\w{12} -> \w{12}\)$/],
  ['the proof file', (root) => writeFileSync(join(root, OPTIONS.spec), SPEC.replace('says hello', 'greets')), /^proofs\/sample\.proof\.yaml changed$/],
  ['the board file', (root) => appendFileSync(join(root, OPTIONS.board), '# x\n'), /^apps\/board\/board\.yaml changed$/],
  ['another QEMU of the same version', exchangeQemu, /^another qemu: (\S+ \(.*\), \w+-\w+), sha256 \w{12} -> \1, sha256 \w{12}$/],
];
for (const [title, change, because] of CHANGES) {
  test(`a proof that runs again says why: ${title}`, () =>
    withFolder(async (root) => {
      const { PATH } = process.env;
      workspace(root, 'hello\nEND\n');
      await run(root);
      change(root);
      try {
        const { success, printed } = await run(root);
        assert.is(success, true, printed);
      } finally {
        process.env['PATH'] = PATH;
      }
      const reasons = JSON.parse(readFileSync(join(root, OPTIONS.outputDirectory, 'run.json'), 'utf8')).because as string[];
      assert.is(reasons.length, 1, reasons.join('\n'));
      assert.match(reasons[0] as string, because);
      const report = readFileSync(join(root, OPTIONS.outputDirectory, 'report.html'), 'utf8');
      assert.match(report, /<p>It ran because: /);
    }));
}

const FAULTS: [title: string, spoil: (root: string) => void, expected: RegExp][] = [
  [
    'a fault of the proof file, with its place',
    (root) => writeFileSync(join(root, OPTIONS.spec), SPEC.replace('claim:', 'clame:')),
    /^error: proofs\/sample\.proof\.yaml:\d+:\d+: /,
  ],
  [
    'a fault of the board file, with its place',
    (root) => writeFileSync(join(root, OPTIONS.board), BOARD.replace('cpus: 1', 'cpus: none')),
    /^error: apps\/board\/board\.yaml:2:\d+: qemu\.cpus/,
  ],
  [
    'a board that QEMU does not know, in its own words',
    (root) => writeFileSync(join(root, OPTIONS.board), BOARD.replace('machine: virt', 'machine: nosuch')),
    /^error: QEMU did not start\n[\s\S]*unsupported machine type/,
  ],
  [
    'an emulator that is not the pinned one',
    (root) => writeFileSync(join(root, 'workspace.json'), readFileSync(join(ROOT, 'workspace.json'), 'utf8').replace(/("qemu": \{.*"series": )\[.*\]/, '$1[{ "version": "6.99" }]')),
    /^error: .*qemu.*\n[\s\S]*6\.99/,
  ],
];
for (const [title, spoil, expected] of FAULTS) {
  test(`an error, without a stack and without output: ${title}`, () =>
    withFolder(async (root) => {
      workspace(root, 'hello\nEND\n');
      spoil(root);
      const { success, printed } = await run(root);
      assert.is(success, false);
      assert.match(printed, expected);
      assert.not.match(printed, /\n +at /);
      assert.not(existsSync(join(root, OPTIONS.outputDirectory)));
    }));
}

/** Processes that name the folder in their command line. */
const processesOf = (folder: string) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });
const until = async (holds: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 20_000; !holds() && Date.now() < deadline; ) await new Promise((resolve) => setTimeout(resolve, 50));
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  test(`${signal} in the middle of a run leaves no process and no output`, () =>
    withFolder(async (root) => {
      workspace(root, 'hello\n', 'hang');
      const code = `require(${JSON.stringify(join(ROOT, 'tools/test/typescript-hook.cjs'))});
        require(${JSON.stringify(join(__dirname, 'executor.ts'))}).default(${JSON.stringify(OPTIONS)}, { root: ${JSON.stringify(root)} });`;
      // The scratch folder inside the workspace tells this run's QEMU from all others.
      const child = spawn(process.execPath, ['-e', code], { cwd: ROOT, env: { ...process.env, TMPDIR: root }, stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await until(() => processesOf(`${root}/nf-proof-`).length > 0);
      assert.ok(processesOf(`${root}/nf-proof-`).length > 0, 'QEMU runs');
      child.kill(signal);
      await ended;
      await until(() => processesOf(`${root}/nf-proof-`).length === 0);
      assert.equal(processesOf(`${root}/nf-proof-`), []);
      assert.not(existsSync(join(root, OPTIONS.outputDirectory)));
      if (signal !== 'SIGKILL') assert.equal(readdirSync(root).filter((name) => name.startsWith('nf-proof-')), []);
    }));
}

test.run();
