// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { BOARD_NAME } from '@nexus-forge/devicetree';
import { ForgeError } from '@nexus-forge/process';
import { parseToolReference, type ToolReference } from '@nexus-forge/toolchain';
import { parse } from 'yaml';
import { withHeading, withItems, withoutScalar, withScalars, withSchema } from '../board/yaml-text';
import { sharedKeys } from '../cell/shared-keys';
import { fileIn } from '../folders';
import { namesInGraph, refuseExisting, refuseOtherName, refuseTakenName } from '../new-name';
import { filesOf } from '../roots-in';
import { schemaPath } from '../schema-path';
import { starterText } from '../starter';

export interface KernelGeneratorOptions {
  name: string;
  from?: string;
  /** A pin of workspace.json, or one series of it: `linux-source@6.12`. */
  source?: string;
  directory?: string;
}

const KERNEL_FILE = 'kernel.yaml';

/** A kernel to start from. */
interface Origin {
  name: string;
  text: string;
  /** Its fragments as it names them. */
  fragments: string[];
  source: string;
  /** The text of a fragment of its own folder. */
  read(fragment: string): string;
  /** Folder, where it is one of the workspace. */
  folder?: string;
}

/** Adds a kernel; what names a kernel elsewhere is left to whoever uses this one. */
export default async function kernelGenerator(
  tree: Tree,
  options: KernelGeneratorOptions,
  projectNames = namesInGraph,
): Promise<() => void> {
  const { name } = options;
  refuseOtherName('kernel', name, BOARD_NAME);
  const file = fileIn(tree, 'kernel', options.directory, name, KERNEL_FILE);
  refuseExisting(tree, file);
  await refuseTakenName(tree, name, projectNames);
  const known = await kernelsIn(tree);
  const origin = originOf(tree, known, options.from);
  const wanted = options.source === undefined ? undefined : parseToolReference(options.source);
  refuseUnknownPin(tree, wanted ?? { name: origin.source });
  const folder = posix.dirname(file);
  const own = origin.fragments.filter((fragment) => !isBeside(fragment));
  for (const fragment of own) refuseExisting(tree, posix.join(folder, fragment));
  for (const fragment of own) tree.write(posix.join(folder, fragment), origin.read(fragment));
  const sourced = wanted === undefined ? origin.text : withSource(origin.text, wanted);
  const moved = withItems(withScalars(sourced, { name }), 'fragments', (fragment) =>
    isBeside(fragment) ? posix.relative(folder, posix.join(origin.folder ?? '', fragment)) : fragment,
  );
  const heading = `The kernel ${name}; it began as a copy of ${origin.name}.`;
  tree.write(file, withSchema(withHeading(moved, heading), schemaPath(tree, 'kernel', file)));
  return () => {
    if (known.length > 0) {
      const others = known.map((one) => one.name).join(', ');
      console.log(`There are several kernels now: ${others}, ${name}.`);
      console.log('Each cell.yaml, initramfs.yaml and module.yaml has to name one: kernel: <name>');
    }
    console.log(`Next: edit the fragments in ${folder}, then: npx nx run ${name}:image`);
  };
}

/** Another source; the series of the old one says nothing about it. */
function withSource(text: string, { name, series }: ToolReference): string {
  const named = withScalars(text, { source: name });
  return series === undefined ? withoutScalar(named, 'series') : withScalars(named, { series });
}

function isBeside(fragment: string): boolean {
  return posix.normalize(fragment).startsWith('../');
}

interface KernelText {
  name?: string;
  source?: string;
  fragments?: string[];
}

async function kernelsIn(tree: Tree): Promise<{ name: string; file: string }[]> {
  return (await filesOf(tree, 'kernels')).flatMap((file) => {
    const { name } = read(tree.read(file, 'utf-8') ?? '');
    return name === undefined ? [] : [{ name, file }];
  });
}

function read(text: string): KernelText {
  return (parse(text, { logLevel: 'silent' }) ?? {}) as KernelText;
}

function originOf(tree: Tree, known: readonly { name: string; file: string }[], from: string | undefined): Origin {
  if (known.length === 0 && from === undefined) return reference();
  const wanted = from ?? sharedKeys(tree).kernel;
  const found = known.find(({ name }) => name === wanted) ?? (from === undefined ? known[0] : undefined);
  if (found === undefined) {
    const expected = known.map(({ name }) => name).join(', ') || 'none is there yet: leave --from out';
    throw new ForgeError(`there is no kernel ${from} to start from`, { expected, found: String(from) });
  }
  const folder = posix.dirname(found.file);
  const text = tree.read(found.file, 'utf-8') ?? '';
  return {
    ...parts(found.name, text),
    folder,
    read: (fragment) => {
      const path = posix.join(folder, fragment);
      const content = tree.read(path, 'utf-8');
      if (content !== null) return content;
      throw new ForgeError(`the kernel ${found.name} has no fragment ${fragment}`, {
        at: { file: found.file },
        expected: path,
      });
    },
  };
}

function reference(): Origin {
  return { ...parts("the reference cell's", starterText(KERNEL_FILE)), read: (fragment) => starterText(fragment) };
}

function parts(name: string, text: string): Pick<Origin, 'name' | 'text' | 'fragments' | 'source'> {
  const { fragments = [], source = 'linux-source' } = read(text);
  return { name, text, fragments, source };
}

interface Pin {
  version?: string;
  series?: { version: string }[];
}

function refuseUnknownPin(tree: Tree, { name: source, series }: ToolReference): void {
  const text = tree.read('workspace.json', 'utf-8') ?? '{}';
  const { toolchain = {} } = JSON.parse(text) as { toolchain?: Record<string, Pin> };
  const pin = toolchain[source];
  if (pin === undefined) {
    throw new ForgeError(`workspace.json has no pin ${source} for the kernel's source`, {
      expected: `toolchain.${source}, with version and file`,
      fix: 'npx nx g @nexus-forge/nx:init, which writes workspace.json where there is none',
    });
  }
  const versions = pin.series?.map(({ version }) => version) ?? [pin.version ?? ''];
  if (series === undefined || versions.includes(series)) return;
  throw new ForgeError(`the pin ${source} has no series ${series}`, {
    at: { file: 'workspace.json' },
    expected: versions.join(', '),
    found: series,
    fix: `add it to toolchain.${source}, with the file of its tarball`,
  });
}
