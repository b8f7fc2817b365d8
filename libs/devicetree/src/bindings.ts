// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, cpSync, existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { ForgeError, runTool, withPrivateFolder } from '@nexus-forge/process';
import { readProperties } from './read-back';

const TIMEOUT_MS = 120_000;
const PACKAGE = 'dt-schema';

/** Bindings of the kernel that the composed nodes follow, below Documentation/devicetree/bindings. */
export const KERNEL_BINDINGS = [
  'arm/cpus.yaml',
  'arm/primecell.yaml',
  'arm/psci.yaml',
  'clock/fixed-clock.yaml',
  'interrupt-controller/arm,gic-v3.yaml',
  'interrupt-controller/arm,gic.yaml',
  'reserved-memory/reserved-memory.yaml',
  'serial/cdns,uart.yaml',
  'serial/pl011.yaml',
  'serial/serial.yaml',
  'timer/arm,arch_timer.yaml',
  'virtio/mmio.yaml',
] as const;

export interface BindingTools {
  validate: string;
  makeSchema: string;
  fdtget: string;
  fdtput: string;
}

/** The tools as they are found on PATH. */
export const BINDING_TOOLS_ON_PATH: BindingTools = {
  validate: 'dt-validate',
  makeSchema: 'dt-mk-schema',
  fdtget: 'fdtget',
  fdtput: 'fdtput',
};

export interface BindingOptions {
  tools: BindingTools;
  /** The kernel's source, a tar archive: its bindings are read out of it. */
  kernelSource: string;
  /** Further bindings of the kernel, for devices of the board. */
  kernelBindings: readonly string[];
  /** Folder of binding documents of our own. */
  documents: string;
  signal?: AbortSignal;
}

/** tar's arguments: only the named members, and no reading on when they are found. */
export function tarArguments(source: string, folder: string, members: readonly string[]): string[] {
  const patterns = members.map((member) => `*/Documentation/devicetree/bindings/${member}`);
  const extract = ['--extract', `--file=${source}`, `--directory=${folder}`, '--strip-components=4', '--occurrence=1'];
  return [...extract, '--wildcards', '--no-wildcards-match-slash', ...patterns];
}

/**
 * Validates blobs against the kernel's bindings and our own (dt-schema). Throws a `ForgeError` with dt-validate's
 * words for a node that violates its binding, and for one whose compatible string no binding knows.
 */
export async function validateBindings(blobs: readonly string[], options: BindingOptions): Promise<void> {
  await withPrivateFolder(tmpdir(), 'nexus-forge-bindings', async (folder) => {
    const schema = await makeSchema(folder, options);
    await validateBlobs(blobs, schema, folder, options);
  });
}

/** Writes the processed schema of all bindings into `folder`; its path. */
export async function makeSchema(folder: string, options: BindingOptions): Promise<string> {
  const { kernelSource, kernelBindings, documents, tools, signal } = options;
  if (!existsSync(documents)) {
    throw new ForgeError(`there are no binding documents in ${documents}`, { fix: 'correct bindings.documents of board.yaml' });
  }
  const bindings = join(folder, 'bindings');
  mkdirSync(bindings);
  const members = [...new Set([...KERNEL_BINDINGS, ...kernelBindings])].sort();
  await runTool({ command: 'tar', args: tarArguments(kernelSource, bindings, members), timeoutMs: TIMEOUT_MS, package: 'tar', signal });
  cpSync(documents, bindings, { recursive: true });
  const schema = join(folder, 'schema.json');
  const { stdout, stderr } = await runTool({
    command: tools.makeSchema,
    args: ['-j', '-o', schema, bindings],
    timeoutMs: TIMEOUT_MS,
    package: PACKAGE,
    signal,
  });
  const said = (stdout + stderr).replaceAll(`${bindings}/`, '').trim();
  if (said !== '') throw new ForgeError(`a binding document below ${documents} is not valid`, { output: said });
  return schema;
}

/** A board's or a guest's own name in the root node: no binding lists it. */
const ROOT_UNMATCHED = /: \/: failed to match any schema with compatible: /;

/** Validates blobs in one run of dt-validate; `folder` is scratch. */
export async function validateBlobs(
  blobs: readonly string[],
  schema: string,
  folder: string,
  { tools, signal }: Pick<BindingOptions, 'tools' | 'signal'>,
): Promise<void> {
  const copies: string[] = [];
  for (const blob of blobs) copies.push(await withoutInitrd(blob, folder, tools));
  const { stdout, stderr } = await runTool({
    command: tools.validate,
    args: ['-m', '-s', schema, ...copies],
    timeoutMs: TIMEOUT_MS,
    package: PACKAGE,
    signal,
  });
  const said = (stdout + stderr).replaceAll(`${dirname(schema)}/bindings/`, '').replaceAll(`${folder}/`, '');
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !ROOT_UNMATCHED.test(line));
  if (lines.length === 0) return;
  const at = blobs.map((blob) => basename(blob)).filter((name) => lines.some((line) => line.startsWith(name)));
  throw new ForgeError(`${at.join(', ')} does not follow its bindings`, {
    expected: 'nothing for dt-validate to say',
    fix: 'correct the YAML or the fragment; a binding that is not known goes into bindings.kernel of board.yaml',
    output: lines.join('\n'),
  });
}

/**
 * A copy without the ends of the initramfs: the schema of 2022 wants them in one cell, while Linux takes two as well
 * (drivers/of/fdt.c, early_init_dt_check_for_initrd), as addresses above 4 GiB need. Their form is read back instead.
 */
async function withoutInitrd(blob: string, folder: string, { fdtget, fdtput }: BindingTools): Promise<string> {
  const copy = join(folder, basename(blob));
  copyFileSync(blob, copy);
  const ends = ['linux,initrd-start', 'linux,initrd-end'];
  const found = await readProperties(fdtget, copy, ends.map((property) => ({ path: '/chosen', property, kind: 'hex' as const })));
  const present = ends.filter((_, index) => found[index] !== undefined);
  if (present.length > 0) {
    await runTool({ command: fdtput, args: ['-d', copy, '/chosen', ...present], timeoutMs: TIMEOUT_MS, package: 'device-tree-compiler' });
  }
  return copy;
}
