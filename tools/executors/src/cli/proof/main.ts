// SPDX-License-Identifier: Apache-2.0
// What firmware/rumpk/run_aarch64.sh runs: the proofs with the firmware that `zig build` left in zig-out, or an
// interactive boot of it.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ForgeError } from '@nexus-forge/process';
import { executeProof, loadMachine, loadProof, makeDrive, onBoard, type ProofSpec } from '@nexus-forge/proof';
import { qemuArguments, runInteractively, type Drive } from '@nexus-forge/qemu';
import { proofEnvironment } from '../../executors/proof/environment';
import { DEFAULT, MODES, usage, type Mode } from './modes';

const COMMAND = './run_aarch64.sh';
const FIRMWARE = 'firmware/rumpk/zig-out/bin/rumpk.img';
const BUNDLE = 'dist/qemu-virt/cell-bundle/cell.cpio';
const OUTPUT = '.nexus-forge/run_aarch64';
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** The folder at or above `from` that holds workspace.json. */
function findWorkspace(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'workspace.json'))) return folder;
    if (folder === dirname(folder)) throw new ForgeError('this is no workspace', { expected: `workspace.json in ${from} or above` });
  }
}

const boardOf = (workspaceRoot: string): string =>
  (JSON.parse(readFileSync(join(workspaceRoot, 'workspace.json'), 'utf8')) as { defaultBoard: string }).defaultBoard;

const boardFile = (board: string): string => `apps/${board}/board.yaml`;

function requireFirmware(workspaceRoot: string, build: string): void {
  if (existsSync(join(workspaceRoot, FIRMWARE))) return;
  throw new ForgeError('there is no firmware to boot', { expected: FIRMWARE, found: 'no such file', fix: `zig build ${build} --summary all` });
}

/** The machine's kernel is what `zig build` made here; everything else is what the Nx targets made. */
function artefactsOf(spec: ProofSpec, board: string): Record<string, string> {
  const files = Object.entries(spec.artefacts).map(([name, reference]) => {
    const made = `dist/${onBoard(reference, board).replace(':', '/')}`;
    return [name, name === spec.machine.kernel ? FIRMWARE : made] as const;
  });
  return Object.fromEntries(files);
}

async function prove(workspaceRoot: string, mode: Mode): Promise<number> {
  requireFirmware(workspaceRoot, mode.build);
  const spec = loadProof(join(workspaceRoot, mode.spec), mode.spec);
  const environment = await proofEnvironment(workspaceRoot, spec);
  const board = boardOf(workspaceRoot);
  const options = {
    spec: mode.spec,
    board: boardFile(board),
    boardName: board,
    artefacts: artefactsOf(spec, board),
    outputDirectory: `${OUTPUT}/${mode.name}`,
  };
  if (await executeProof(spec, options, environment)) return 0;
  console.error(`(this mode is for the firmware of: zig build ${mode.build})`);
  return EXIT_FAILED;
}

/** The disks of the default proof, kept between boots. One that another boot uses is refused by QEMU. */
function keptDrives(workspaceRoot: string, { drives = [] }: ProofSpec['machine']): Drive[] {
  const folder = join(workspaceRoot, OUTPUT, 'boot');
  mkdirSync(folder, { recursive: true });
  return drives.map((drive) => {
    const file = join(folder, `${drive.id}.img`);
    return { id: drive.id, file: existsSync(file) ? file : makeDrive(drive, folder), format: 'raw' };
  });
}

async function boot(workspaceRoot: string): Promise<number> {
  requireFirmware(workspaceRoot, DEFAULT.build);
  const { qemu } = await proofEnvironment(workspaceRoot, {});
  const bundle = existsSync(join(workspaceRoot, BUNDLE)) ? BUNDLE : undefined;
  const { machine } = loadProof(join(workspaceRoot, DEFAULT.spec), DEFAULT.spec);
  const args = qemuArguments({
    machine: loadMachine(workspaceRoot, boardFile(boardOf(workspaceRoot))),
    boot: { kernel: FIRMWARE, initrd: bundle, drives: keptDrives(workspaceRoot, machine) },
    channels: { monitor: true },
    keepAfterPowerOff: false,
  });
  return runInteractively({ command: qemu, args, workingDirectory: workspaceRoot });
}

async function main([name, ...rest]: readonly string[]): Promise<number> {
  const mode = MODES.find((candidate) => candidate.name === name);
  if (rest.length > 0 || (name !== undefined && mode === undefined)) {
    console.error(`unknown mode: ${[name, ...rest].join(' ')}\n\n${usage(COMMAND)}`);
    return EXIT_USAGE;
  }
  const workspaceRoot = findWorkspace(process.cwd());
  return mode ? prove(workspaceRoot, mode) : boot(workspaceRoot);
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: Error) => {
    console.error(error instanceof ForgeError ? `error: ${error.message}` : (error.stack ?? error.message));
    process.exitCode = EXIT_FAILED;
  },
);
