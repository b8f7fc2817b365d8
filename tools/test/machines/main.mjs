// SPDX-License-Identifier: Apache-2.0
// Machines that are not as the board has them: Rumpk must say what differs before it touches it, by the real QEMU.
// `node tools/test/machines/main.mjs [part of a title ...]`; needs what `nx run qemu-virt:firmware` makes.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { library, ROOT, runExecutor, targetsOf } from '../../bench/workspace.mjs';
import { rows } from './rows.mjs';

const BOARD = 'qemu-virt';
const PLACE = join(ROOT, '.nexus-forge', 'machines');
/** A boot takes less than a second; a machine that never ends is ended. */
const LIMIT_MS = 30_000;

/** QEMU's own tree of the machine, in `file`. */
function dumpTree(machine, file) {
  const { qemuArguments } = library('libs/qemu/src/machine.ts');
  const dumping = { ...machine, options: { ...machine.options, dumpdtb: file } };
  const all = qemuArguments({ machine: dumping, boot: { kernel: '/dev/null' }, channels: {}, keepAfterPowerOff: false });
  execFileSync('qemu-system-aarch64', all, { stdio: 'ignore' });
}

/** A copy of a tree with one edit of fdtput in it. */
function edited(from, to, { options, edit }) {
  copyFileSync(from, to);
  execFileSync('fdtput', [...options, to, ...edit]);
  return to;
}

/** Rumpk for a board whose tree is `dtb`; its image. */
async function built(dtb, { options }, index) {
  const outputDirectory = join(PLACE, `firmware-${index}`);
  const defines = { ...options.defines, 'board-dtb': relative(resolve(ROOT, options.package), dtb) };
  await runExecutor('zig-build', { target: 'machines:firmware', options: { ...options, defines }, outputDirectory });
  return join(outputDirectory, 'rumpk.img');
}

/** What the machine prints until it is off. */
function consoleOf(machine, boot) {
  const { qemuArguments } = library('libs/qemu/src/machine.ts');
  const child = spawn('qemu-system-aarch64', qemuArguments({ machine, boot, channels: {}, keepAfterPowerOff: false }), { stdio: ['ignore', 'pipe', 'pipe'] });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return new Promise((done) => child.once('close', () => (clearTimeout(limit), done(text.replaceAll('\r', '')))));
}

/** The lines that are wanted: Rumpk's refusal and its end, or what it says once it has compared everything. */
const wanted = ({ says, reads }) =>
  reads
    ? [`@rumpk board.memory board=${BOARD} ${reads}`]
    : [`[rumpk] this image is built for board ${BOARD}: ${says}`, '@rumpk halt reason=board_mismatch', '@rumpk end result=halted'];

/** What is wrong with what Rumpk said. */
function faultOf(row, text) {
  const lines = text.split('\n');
  const missing = wanted(row).filter((line) => !lines.includes(line));
  return missing.length === 0 ? undefined : [...missing.map((line) => `  expected: ${line}`), ...lines.slice(0, 12).map((line) => `  | ${line}`)].join('\n');
}

/** Runs the rows whose title has one of the patterns; the sums. */
export async function runMachines(patterns = [], print = console.log) {
  const machine = library('libs/proof/src/board.ts').loadMachine(ROOT, `apps/${BOARD}/board.yaml`);
  const { firmware } = await targetsOf(BOARD);
  const trees = { machine: join(PLACE, 'machine.dtb'), board: join(ROOT, 'dist', BOARD, 'device-tree', 'board.dtb') };
  rmSync(PLACE, { recursive: true, force: true });
  mkdirSync(PLACE, { recursive: true });
  dumpTree(machine, trees.machine);
  const sums = { passed: 0, failed: 0 };
  for (const [index, row] of rows.entries()) {
    if (patterns.length > 0 && !patterns.some((pattern) => row.title.includes(pattern))) continue;
    const started = Date.now();
    let fault;
    try {
      const tree = row.edit && edited(row.board ? trees.board : trees.machine, join(PLACE, `${index}.dtb`), row);
      const kernel = row.board ? await built(tree, firmware, index) : join(ROOT, firmware.options.outputDirectory, 'rumpk.img');
      fault = faultOf(row, await consoleOf(machine, { kernel, dtb: row.board ? trees.machine : (tree ?? trees.machine) }));
    } catch (error) {
      fault = `  ${error.stack}`;
    }
    sums[fault === undefined ? 'passed' : 'failed'] += 1;
    print(`${fault === undefined ? 'ok  ' : 'FAIL'} ${row.title} (${((Date.now() - started) / 1000).toFixed(1)} s)${fault === undefined ? '' : `\n${fault}`}`);
  }
  rmSync(PLACE, { recursive: true, force: true });
  return sums;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed } = await runMachines(process.argv.slice(2));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
