// SPDX-License-Identifier: Apache-2.0
import { HOST_TOOLS } from '@nexus-forge/toolchain';
import type { ArtefactReference, InitramfsFacts, KernelFacts } from '../facts';
import { kernelsOfInitramfs, type NamingFault } from '../kernel-of';
import { buildersFor, takenModulesFault } from '../module-builders';
import {
  artefactPath,
  defineTarget,
  filesBeside,
  lookedFor,
  OWN_FOLDER,
  type Generation,
  type Target,
  type TargetPlan,
} from './definition';
import { buildTree, CROSS_TOOLS, madeByModule } from './linux';
import { targetsPerKernel } from './per-kernel';

/** What a target that makes an initramfs has for it: options of its executor, and all that it reads. */
export type InitramfsParts = Required<Pick<TargetPlan, 'options' | 'tools' | 'files' | 'artefacts'>>;

/**
 * The parts for an initramfs for a kernel, or why there are none; `folder` are the inputs for its folder, as seen
 * from the target.
 */
export function initramfsParts(
  generation: Generation,
  { initramfs, kernel, folder }: { initramfs: InitramfsFacts; kernel: KernelFacts; folder: readonly string[] },
): InitramfsParts | { fault: NamingFault } {
  const { facts, options } = generation;
  const fault = takenModulesFault(facts, initramfs, kernel);
  if (fault) return { fault };
  const tree = buildTree(generation, kernel);
  const modules = initramfs.modules.map((module) => takenModule(generation, module, kernel));
  return {
    options: {
      initramfs: initramfs.file,
      buildTree: artefactPath(options, tree),
      modules: modules.map((module) => artefactPath(options, module)),
    },
    tools: [...CROSS_TOOLS, ...HOST_TOOLS.initramfs],
    files: [
      ...folder,
      ...filesBeside(initramfs.root, [...initramfs.sources, ...initramfs.members]),
      ...(initramfs.includes ?? []).map(lookedFor),
    ],
    artefacts: [tree, ...modules],
  };
}

/** Where a module comes from; where no Kbuild builds it, the project that is named like it would have to. */
function takenModule(generation: Generation, module: string, kernel: KernelFacts): ArtefactReference {
  const file = `${module}.ko`;
  // Several are refused above.
  const [builder] = buildersFor(generation.facts, module, kernel);
  return builder
    ? madeByModule(generation, { module: builder, kernel, file })
    : { project: module, target: generation.options.targetNames.module, file };
}

/** An initramfs is made for each of its kernels, by a target of its own. */
export function initramfsTargets(generation: Generation, initramfs: InitramfsFacts): Record<string, Target> {
  return targetsPerKernel(generation, {
    project: initramfs.name,
    name: generation.options.targetNames.initramfs,
    what: `The initramfs ${initramfs.name}`,
    choice: kernelsOfInitramfs(generation.facts, initramfs),
    make: (kernel, name) => {
      const parts = initramfsParts(generation, { initramfs, kernel, folder: OWN_FOLDER });
      if ('fault' in parts) return parts;
      return defineTarget(generation, {
        project: initramfs.name,
        name,
        executor: 'initramfs',
        description: 'The initramfs of the cell: a static /init and the kernel modules, the same bytes each time',
        technologies: ['linux', 'cpio'],
        ...parts,
      });
    },
  });
}
