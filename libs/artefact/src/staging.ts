// SPDX-License-Identifier: Apache-2.0
import { chmodSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ForgeError, refuseWhenStopped, withPrivateFolder } from '@nexus-forge/process';
import { hasMagic, type Magic } from './magic';
import { ownFiles } from './own-files';

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

const FOLDER_MODE = 0o777;
/** Beginning of the name of every private staging folder. */
const PREFIX = '.staging-';

/**
 * Lets `build` fill a private folder, verifies each declared output (there, not empty, right signature, own
 * check, and nothing undeclared beside it) and only then puts the folder in place of `outputDirectory`.
 * Whatever fails, the old outputs stay as they were and nothing half-written is left. A folder that holds what git
 * tracks is refused: it would be replaced as a whole.
 */
export async function stageOutputs(
  outputDirectory: string,
  outputs: readonly DeclaredOutput[],
  build: (stagingDirectory: string) => Promise<void>,
): Promise<void> {
  refuseOwnFiles(outputDirectory);
  const parent = dirname(outputDirectory);
  await withPrivateFolder(parent, `${PREFIX}${basename(outputDirectory)}`, async (staging) => {
    await build(staging);
    for (const output of outputs) await verifyOutput(staging, output);
    refuseUndeclared(staging, outputs);
    refuseWhenStopped();
    // A private folder is for its owner alone; outputs are as readable as anything else the user makes.
    chmodSync(staging, FOLDER_MODE & ~process.umask());
    replaceDirectory(staging, outputDirectory);
  });
}

function refuseOwnFiles(folder: string): void {
  const tracked = ownFiles(folder);
  if (tracked.length === 0) return;
  throw new ForgeError(`${folder} holds files that git tracks: a task would remove them`, {
    expected: 'a folder for outputs alone',
    found: someOf(tracked),
  });
}

/** The first few of many names. */
export function someOf(names: readonly string[], most = 3): string {
  const rest = names.length - most;
  return `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
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

/** What rename(2) says of a folder in the place of which another one can't be put. */
const TAKEN: ReadonlySet<string | undefined> = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR']);

/** Another run may put its own outputs there, or take the old ones away, between any two steps. */
function replaceDirectory(staging: string, target: string): void {
  const old = `${staging}.old`;
  const removeOld = () => rmSync(old, { recursive: true, force: true });
  try {
    while (!renamed(staging, target, TAKEN)) {
      removeOld();
      renamed(target, old, new Set(['ENOENT']));
    }
  } catch (error) {
    if (existsSync(old) && !existsSync(target)) renameSync(old, target);
    throw error;
  } finally {
    removeOld();
  }
}

/** Whether a folder could be renamed; false for the errors that are awaited. */
function renamed(from: string, to: string, awaited: ReadonlySet<string | undefined>): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (awaited.has((error as NodeJS.ErrnoException).code)) return false;
    throw error;
  }
}
