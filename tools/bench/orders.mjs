// SPDX-License-Identifier: Apache-2.0
// What the plain side is told: the sources, tools and arguments that the stages themselves find and use.
import { join } from 'node:path';
import { library } from './workspace.mjs';

/** The environment that every stage gives its tools. */
export const toolEnvironment = () => library('libs/process/src/environment.ts').scrubbedEnvironment();

/** kbuild's arguments, as every call of it gets them. */
export async function makeOf(root) {
  const { requireCrossTools, makeArguments } = library('libs/kbuild/src/make.ts');
  const { prefix: crossCompile } = await requireCrossTools(root);
  return (args) => makeArguments({ args, crossCompile });
}

/** The kernel that a linux-image target builds. */
export async function kernelOrder(root, { kernel }) {
  const { loadKernel, sourceOf } = library('libs/kbuild/src/description.ts');
  const { locateSource, unpackArguments } = library('libs/kbuild/src/source.ts');
  const { value, beside } = loadKernel(root, kernel);
  const tarball = await locateSource(root, sourceOf(value));
  return {
    tarball: tarball.path,
    fragments: value.fragments.map((name) => join(root, beside(name))),
    unpack: (folder) => unpackArguments(tarball.path, folder),
    make: await makeOf(root),
  };
}

/** The `zig build` of a zig-build target, run by hand. */
export async function zigOrder(root, { package: folder, defines }, { prefix, cache }) {
  const { zigBuildCommand } = library('libs/zig/src/command.ts');
  const { requireTool } = library('libs/toolchain/src/require-tool.ts');
  const zig = (await requireTool(root, 'zig')).path;
  const { command, args, cwd, env } = zigBuildCommand({ workspaceRoot: root, zig, package: folder, defines, prefix, cache });
  return { argv: [command, ...args], cwd, env: { ...toolEnvironment(), ...env } };
}
