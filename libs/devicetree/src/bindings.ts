// SPDX-License-Identifier: Apache-2.0
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { ForgeError, noteReads, runTool, withPrivateFolder } from '@nexus-forge/process';

const TIMEOUT_MS = 120_000;

/** Without it a program of dt-schema, which is there, cannot be started. */
const PACKAGE = 'python3';

/**
 * Bindings of the kernel that the composed nodes follow, below Documentation/devicetree/bindings, and those that define
 * the types of properties in them: dt-schema takes no document in parts. All are in 6.1 and in 6.12. Not among them is
 * reserved-memory.yaml, which moved from the kernel into dt-schema between these two.
 */
export const KERNEL_BINDINGS = [
  'arm/cci-control-port.yaml', // type of a property of arm/cpus.yaml
  'arm/cpus.yaml',
  'arm/primecell.yaml',
  'arm/psci.yaml',
  'clock/fixed-clock.yaml',
  'dvfs/performance-domain.yaml', // type of a property of arm/cpus.yaml
  'interrupt-controller/arm,gic-v3.yaml',
  'interrupt-controller/arm,gic.yaml',
  'interrupt-controller/msi-controller.yaml', // type of a property of both arm,gic
  'serial/cdns,uart.yaml',
  'serial/pl011.yaml',
  'serial/serial.yaml',
  'timer/arm,arch_timer.yaml',
  'virtio/mmio.yaml',
] as const;

/** dt-validate and dt-mk-schema, by path. */
export interface BindingTools {
  validate: string;
  makeSchema: string;
}

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
    await validateBlobs(blobs, schema, options);
  });
}

/**
 * Writes the processed schema of all bindings into `folder`; its path. What dt-mk-schema says of one of our documents is
 * an error. The kernel's are as they are: one that dt-schema leaves out shows where a node needs it.
 */
export async function makeSchema(folder: string, options: BindingOptions): Promise<string> {
  const { kernelSource, kernelBindings, documents, tools, signal } = options;
  if (!existsSync(documents)) {
    throw new ForgeError(`there are no binding documents in ${documents}`, { fix: 'correct bindings.documents of board.yaml' });
  }
  const bindings = join(folder, 'bindings');
  mkdirSync(bindings);
  const members = [...new Set([...KERNEL_BINDINGS, ...kernelBindings])].sort();
  await runTool({ command: 'tar', args: tarArguments(kernelSource, bindings, members), timeoutMs: TIMEOUT_MS, package: 'tar', signal });
  const names = (readdirSync(documents, { recursive: true }) as string[]).filter((name) => name.endsWith('.yaml'));
  noteReads(names.map((name) => join(documents, name)));
  for (const name of names) cpSync(join(documents, name), join(bindings, name));
  const schema = join(folder, 'schema.json');
  const { stdout, stderr } = await runTool({
    command: tools.makeSchema,
    args: ['-j', '-o', schema, bindings],
    timeoutMs: TIMEOUT_MS,
    package: PACKAGE,
    signal,
  });
  const said = saidOf(ownDocuments(documents), (stdout + stderr).replaceAll(`${bindings}/`, ''));
  if (said !== '') throw new ForgeError(`a binding document below ${documents} is not valid`, { output: said });
  return schema;
}

/** The files below a folder of documents, relative to it. */
function ownDocuments(documents: string): string[] {
  const entries = readdirSync(documents, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => relative(documents, join(entry.parentPath, entry.name)));
}

/** The lines of dt-mk-schema that begin with one of the documents, and those below that go on with it. */
export function saidOf(documents: readonly string[], said: string): string {
  let isOurs = false;
  const lines = said.split('\n').filter((line) => {
    if (!/^\s/.test(line)) isOurs = documents.some((document) => line.startsWith(`${document}:`));
    return isOurs;
  });
  return lines.join('\n').trim();
}

/** A board's or a guest's own name in the root node: no binding lists it. */
const ROOT_UNMATCHED = /: \/: failed to match any schema with compatible: /;

/** dt-validate names a file relative to where it runs. */
const ROOT = '/';

/** Validates blobs in one run of dt-validate. */
export async function validateBlobs(blobs: readonly string[], schema: string, { tools, signal }: Pick<BindingOptions, 'tools' | 'signal'>): Promise<void> {
  const { stdout, stderr } = await runTool({
    command: tools.validate,
    args: ['-m', '-s', schema, ...blobs],
    cwd: ROOT,
    timeoutMs: TIMEOUT_MS,
    package: PACKAGE,
    signal,
  });
  const names = blobs.flatMap((blob) => [blob, relative(ROOT, blob)].map((path) => [path, basename(blob)] as const));
  const said = names.reduce((all, [path, name]) => all.replaceAll(path, name), stdout + stderr);
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !ROOT_UNMATCHED.test(line));
  if (lines.length === 0) return;
  const at = blobs.map((blob) => basename(blob)).filter((name) => lines.some((line) => line.startsWith(name)));
  throw new ForgeError(`${at.join(', ')} does not follow its bindings`, {
    expected: 'nothing for dt-validate to say',
    fix: 'correct the YAML or the fragment; a binding that is not known goes into bindings.kernel of board.yaml',
    output: lines.join('\n'),
  });
}
