// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ForgeError } from '@nexus-forge/process';
import { hasMagic, type Magic } from './magic';

/** An output that a stage promises. */
export interface DeclaredOutput {
  /** File name inside the output directory. */
  file: string;
  magic?: Magic;
  /** Having nothing to say is a result as well. */
  mayBeEmpty?: boolean;
  /** A further check of the finished file; it throws a `ForgeError`. */
  verify?: (path: string) => void | Promise<void>;
}

/** Beginning of the name of every private staging folder; leftovers of a killed run are recognised by it. */
const PREFIX = '.staging-';

/**
 * Lets `build` fill a private folder, verifies each declared output (there, not empty, right signature, own
 * check, and nothing undeclared beside it) and only then puts the folder in place of `outputDirectory`.
 * Whatever fails, the old outputs stay as they were and nothing half-written is left.
 */
export async function stageOutputs(
  outputDirectory: string,
  outputs: readonly DeclaredOutput[],
  build: (stagingDirectory: string) => Promise<void>,
): Promise<void> {
  const parent = dirname(outputDirectory);
  mkdirSync(parent, { recursive: true });
  removeLeftovers(parent, basename(outputDirectory));
  const staging = mkdtempSync(join(parent, `${PREFIX}${basename(outputDirectory)}-${process.pid}-`));
  const remove = () => rmSync(staging, { recursive: true, force: true });
  process.on('exit', remove);
  try {
    await build(staging);
    for (const output of outputs) await verifyOutput(staging, output);
    refuseUndeclared(staging, outputs);
    replaceDirectory(staging, outputDirectory);
  } finally {
    remove();
    process.off('exit', remove);
  }
}

async function verifyOutput(folder: string, output: DeclaredOutput): Promise<void> {
  const path = join(folder, output.file);
  if (!existsSync(path)) throw new ForgeError(`the declared output ${output.file} was not made`);
  if (statSync(path).size === 0 && !output.mayBeEmpty) throw new ForgeError(`the declared output ${output.file} is empty`);
  if (output.magic && !hasMagic(readFileSync(path), output.magic)) {
    throw new ForgeError(`the output ${output.file} is not what it should be`, {
      expected: `${output.magic.name}: bytes ${hex(output.magic.bytes)} at offset ${output.magic.offset}`,
      found: hex([...readFileSync(path).subarray(output.magic.offset, output.magic.offset + output.magic.bytes.length)]),
    });
  }
  await output.verify?.(path);
}

function hex(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** An undeclared file would be cached and served for ever after without anyone having asked for it. */
function refuseUndeclared(folder: string, outputs: readonly DeclaredOutput[]): void {
  const declared = new Set(outputs.map((output) => output.file));
  const extra = readdirSync(folder).filter((name) => !declared.has(name));
  if (extra.length > 0) throw new ForgeError(`undeclared outputs: ${extra.join(', ')}`);
}

function replaceDirectory(staging: string, target: string): void {
  const old = `${staging}.old`;
  if (existsSync(target)) renameSync(target, old);
  try {
    renameSync(staging, target);
  } catch (error) {
    if (existsSync(old)) renameSync(old, target);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** Folders of runs that were killed outright; those of a process that still lives are left alone. */
function removeLeftovers(parent: string, target: string): void {
  for (const name of readdirSync(parent)) {
    const match = name.startsWith(`${PREFIX}${target}-`) ? /-(\d+)-\w+(\.old)?$/.exec(name) : null;
    if (match && !processExists(Number(match[1]))) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
