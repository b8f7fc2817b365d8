// SPDX-License-Identifier: Apache-2.0
import { randomInt } from 'node:crypto';
import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { ForgeError } from '@nexus-forge/process';
import { fileIn } from '../folders';
import { namesInGraph, refuseExisting, refuseOtherName, refuseTakenName } from '../new-name';
import { packageTexts } from './package-text';
import { meaningInZig } from './taken-words';

export interface FirmwareLibGeneratorOptions {
  name: string;
  directory?: string;
}

const NAME = { pattern: '^[a-z][a-z0-9_]*$', maxLength: 32 };

/** Adds a Zig package. */
export default async function firmwareLibGenerator(
  tree: Tree,
  { name, directory }: FirmwareLibGeneratorOptions,
  projectNames = namesInGraph,
): Promise<() => void> {
  refuseOtherName('package', name, NAME);
  const taken = meaningInZig(name);
  if (taken !== undefined) {
    throw new ForgeError(`no package can be called ${name}`, {
      expected: 'a name that is free in Zig',
      found: `${name}, ${taken}`,
      fix: 'choose another name',
    });
  }
  const folder = posix.dirname(fileIn(tree, 'package', directory, name, 'build.zig'));
  const texts = packageTexts(name, zigVersion(tree), randomInt(1, 0xffff_ffff));
  for (const file of Object.keys(texts)) refuseExisting(tree, posix.join(folder, file));
  await refuseTakenName(tree, name, projectNames);
  for (const [file, text] of Object.entries(texts)) tree.write(posix.join(folder, file), text);
  return () => {
    console.log(`Next: npx nx run ${name}:test`);
    console.log(`Another package takes it by .${name} = .{ .path = "../${name}" } in its build.zig.zon.`);
  };
}

/** The version that workspace.json pins. */
function zigVersion(tree: Tree): string | undefined {
  const text = tree.read('workspace.json', 'utf-8');
  const manifest = text === null ? {} : (JSON.parse(text) as { toolchain?: { zig?: { version?: string } } });
  return manifest.toolchain?.zig?.version;
}
